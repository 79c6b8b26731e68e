// connection_proxy.cc — the PROXY header in front of a connection's first request.
#include "core/base/log.h"
#include "core/http/connection.h"
#include "core/http/server_core.h"

namespace svc {
namespace {

constexpr Duration kWarnOfProxiesEvery = 60s;

}  // namespace

// States idle and head; something is buffered. True: the header is complete and out of the buffer.
// Whoever is wrong gets no answer: it would read one as its client's.
bool Connection::take_proxy_header() {
  ReadBuffer& input = work_->input;
  const ProxyHeader header = read_proxy_header(input.unread());
  switch (header.state) {
    case ProxyHeader::State::incomplete:
      if (state_ == ConnectionState::idle) enter(ConnectionEvent::bytes);
      return false;
    case ProxyHeader::State::wrong: {
      const Instant now = core_.loop.now();
      if (!core_.proxies_warned || now - *core_.proxies_warned >= kWarnOfProxiesEvery) {
        core_.proxies_warned = now;
        log::warn(
            "a connection of {} is closed: it doesn't begin with a PROXY header, which "
            "proxy.protocol asks of those in proxy.trusted",
            peer_.text());
      }
      end();
      return false;
    }
    case ProxyHeader::State::complete:
      break;
  }
  proxied_.take(core_.proxy, header.told);
  input.pin_head(header.size);  // Forgotten at once: the request begins behind it.
  input.unpin();
  return true;
}

}  // namespace svc
