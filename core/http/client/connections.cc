#include "core/http/client/connections.h"

#include <utility>

#include "core/base/check.h"
#include "core/http/client/run.h"

namespace svc {

ClientConnections::ClientConnections(EventLoop& loop) : ClientConnections(loop, Options()) {}
ClientConnections::ClientConnections(EventLoop& loop, Options options)
    : core_(std::make_unique<ClientCore>(loop, std::move(options))) {}

ClientConnections::~ClientConnections() { SVC_CHECK(core_->exchanges == 0); }

ClientResult<ClientExchange> ClientConnections::open(const Origin& origin,
                                                     const ClientRequest& request,
                                                     const ClientLimits& limits) {
  auto run = std::make_unique<ClientRun>(*core_, origin, request, limits);
  if (auto opened = run->open(); !opened) return std::unexpected(std::move(opened).error());
  return ClientExchange(std::move(run));
}

ClientResult<ClientResponse> ClientConnections::exchange(const Origin& origin,
                                                         const ClientRequest& request,
                                                         const ClientLimits& limits) {
  auto opened = open(origin, request, limits);
  if (!opened) return std::unexpected(std::move(opened).error());
  return std::move(*opened).collect();
}

ClientConnections::Counts ClientConnections::counts() const noexcept {
  const ClientPool& pool = core_->pool;
  return {.idle = pool.idle(),
          .busy = pool.busy(),
          .waiting = pool.waiting(),
          .opened = core_->opened,
          .reused = core_->reused,
          .resolved = core_->resolver.asked()};
}

size_t ClientConnections::busy(const Origin& origin) const noexcept {
  return core_->pool.busy(origin);
}

void ClientConnections::close_idle() noexcept {
  while (core_->pool.close_oldest_idle()) {
  }
}

}  // namespace svc
