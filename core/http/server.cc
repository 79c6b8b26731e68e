#include "core/http/server.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>

#include <utility>

#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/http/server_core.h"

namespace svc {

HttpServer::HttpServer(Parts parts) : core_(std::make_unique<ServerCore>(parts)) {}
HttpServer::~HttpServer() = default;

Result<> HttpServer::add_listener(const AcceptSocket& socket) {
  return core_->acceptors.add(socket);
}

void HttpServer::adopt(Fd connection) {
  const int flags = sys::fcntl(connection.get(), F_GETFL);
  auto peer = Address::peer(connection.get());
  if (flags < 0 || sys::fcntl(connection.get(), F_SETFL, flags | O_NONBLOCK) < 0 || !peer) {
    log::warn("a connection that was handed over is closed: it is none");
    return;
  }
  if (!peer->is_unix()) {
    const int on = 1;
    sys::setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  core_->open(std::move(connection), *peer);
}

void HttpServer::drain(Instant deadline, std::function<void()> on_drained,
                       std::function<void()> on_closed) {
  if (core_->drain.begun()) return core_->drain.hurry(deadline);
  core_->drain.begin(deadline, std::move(on_drained), std::move(on_closed));
}

size_t HttpServer::connections() const noexcept { return core_->connections(); }
size_t HttpServer::in_flight() const noexcept { return core_->in_flight(); }
const Exchange* HttpServer::running() const noexcept { return core_->stretches.running(); }

}  // namespace svc
