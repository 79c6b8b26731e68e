#include "core/http/stretches.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "core/base/log.h"

namespace svc {

std::string route_name(const Application& application, const Exchange& exchange) {
  const auto routes = application.routes();
  const uint32_t route = exchange.plan().route;
  if (route >= routes.size()) return "no route";
  return fmt::format("{} {}", routes[route].method, routes[route].pattern);
}

Stretches::Stretches(Fibers& fibers, WorkerSlot& slot, const Application& application)
    : fibers_(fibers), slot_(slot), application_(application) {
  fibers_.observe(this);
}

Stretches::~Stretches() { fibers_.observe(nullptr); }

void Stretches::began(const Exchange& exchange) noexcept {
  // Since the turn or the last stretch began to be over: what was done in between is parsing, and
  // the clock need not be asked for it.
  started_ = std::max(fibers_.loop().now(), ended_);
  running_.store(&exchange, std::memory_order_relaxed);
  slot_.loop.begin(exchange.plan().route, exchange.id(), started_);
}

void Stretches::ended() noexcept {
  const Exchange* exchange = running();
  if (exchange == nullptr) return;
  running_.store(nullptr, std::memory_order_relaxed);  // Only this thread writes it.
  slot_.loop.end();
  ended_ = fibers_.loop().clock().now();
  const Duration held = ended_ - started_;
  if (held < kStall) return;
  slot_.loop_stalls.add();
  log::warn("{} held the loop for {} ms without suspending (request {:016x})",
            route_name(application_, *exchange),
            std::chrono::duration_cast<std::chrono::milliseconds>(held).count(), exchange->id());
}

// A fiber that has just been spawned has no label yet: its first stretch begins with it.
void Stretches::fiber_entered(const Fiber& fiber) noexcept {
  if (fiber.label() != nullptr) began(*static_cast<const Exchange*>(fiber.label()));
}

void Stretches::fiber_left(const Fiber&) noexcept {
  if (running() != nullptr) ended();
}

}  // namespace svc
