// Any bytes as a PROXY header and as what a client has written into Forwarded and X-Forwarded-For:
// no crash, the same however a header is cut, and nothing that a client writes changes whom the
// proxy's own element names.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/check.h"
#include "core/http/forwarded.h"
#include "core/http/proxy_header.h"

using svc::Address;
using svc::ForwardedField;
using svc::ProxyHeader;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kCutEverywhere = 300;

void check_header(std::string_view bytes) {
  const ProxyHeader whole = svc::read_proxy_header(bytes);
  SVC_CHECK(whole.size <= bytes.size() && whole.size <= svc::kProxyHeaderMax);
  bool wrong = false;
  for (size_t size = 0; size <= std::min(bytes.size(), kCutEverywhere); ++size) {
    const ProxyHeader part = svc::read_proxy_header(bytes.substr(0, size));
    if (part.state == ProxyHeader::State::complete) {
      SVC_CHECK(!wrong && size >= part.size && part.size == whole.size);
      SVC_CHECK(part.told.source == whole.told.source);
      if (part.told.kind == svc::ProxyTold::Kind::client) SVC_CHECK(part.told.source.length() > 0);
    }
    wrong = wrong || part.state == ProxyHeader::State::wrong;
  }
  if (wrong) SVC_CHECK(whole.state == ProxyHeader::State::wrong);
}

struct Proxies {
  Proxies() {
    const std::vector<std::string> trusted = {"10.0.0.0/8", "2001:db8:1::/48"};
    rules.trusted = svc::TrustedPeers::parse(trusted).value();
    rules.host = true;
  }
  std::string client(std::string_view value) const {
    const svc::HeaderField field{
        rules.field == ForwardedField::forwarded ? "Forwarded" : "X-Forwarded-For", value};
    svc::RequestHead head;
    head.headers = {&field, 1};
    return svc::client_view(rules, head, peer, false).peer.text();
  }

  svc::ProxyRules rules;
  Address peer = Address::parse("10.0.0.1:1").value();
};

void check_fields(const std::string& made_up) {
  static Proxies proxies;
  proxies.rules.field = ForwardedField::x_forwarded;
  SVC_CHECK(!proxies.client(made_up).empty());
  SVC_CHECK(proxies.client(made_up + ", 192.0.2.1") == "192.0.2.1:0");
  SVC_CHECK(proxies.client(made_up + ",2001:db8::1, 10.0.0.2") == "[2001:db8::1]:0");
  proxies.rules.field = ForwardedField::forwarded;
  SVC_CHECK(!proxies.client(made_up).empty());
  SVC_CHECK(proxies.client(made_up + ", for=192.0.2.1") == "192.0.2.1:0");
  SVC_CHECK(proxies.client(made_up + ", for=\"[2001:db8::1]:7\";host=\"a,b\", for=10.0.0.2") ==
            "[2001:db8::1]:7");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_header(bytes);
  check_fields(std::string(bytes));
  return 0;
}
