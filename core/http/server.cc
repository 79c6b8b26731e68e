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

void HttpServer::remove_listener(int descriptor) noexcept { core_->acceptors.remove(descriptor); }
void HttpServer::rearm_listeners() { core_->acceptors.rearm(); }

void HttpServer::quarantine(uint32_t route, bool on) {
  if (route >= core_->application.routes().size()) return;
  core_->quarantined.resize(core_->application.routes().size());
  core_->quarantined[route] = on;
}

void HttpServer::adopt(Fd connection) {
  const int on = 1;  // Fails for what is no TCP, and nothing is lost then.
  sys::setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  core_->adopt(std::move(connection), 0, nullptr, {});
}

Result<> HttpServer::receive_from(int in) { return core_->hand_over.receive_from(in); }
void HttpServer::hand_over_to(int out) { core_->drain.hand_over_to(out); }

void HttpServer::drain(Instant deadline, std::function<void()> on_drained,
                       std::function<void()> on_closed) {
  if (core_->drain.begun()) return core_->drain.hurry(deadline);
  core_->drain.begin(deadline, std::move(on_drained), std::move(on_closed));
}

size_t HttpServer::connections() const noexcept { return core_->connections(); }
size_t HttpServer::in_flight() const noexcept { return core_->in_flight(); }
const Exchange* HttpServer::running() const noexcept { return core_->stretches.running(); }

}  // namespace svc
