// stretches.h — which request has the loop's thread, and for how long at a time.
//
// Why: a handler that computes without suspending holds up every other request of its worker. The
// master sees a stretch that doesn't end on the board and replaces the worker; a stretch of 50 ms
// or more is logged with its route when it ends, long before anybody is killed for it.
//
// A stretch begins when a handler's fiber gets the thread and ends when it suspends or returns.
// Thread: the worker's loop; running() is async-signal-safe. Clock: the loop's, read
// when a stretch ends.
#pragma once

#include <atomic>

#include "core/base/clock.h"
#include "core/board/board.h"
#include "core/http/application.h"
#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"

namespace svc {

class Stretches final : public FiberObserver {
 public:
  static constexpr Duration kStall = 50ms;

  Stretches(Fibers& fibers, WorkerSlot& slot, const Application& application);
  ~Stretches();

  void began(const Exchange& exchange) noexcept;
  void ended() noexcept;
  Instant last_end() const noexcept { return ended_; }  // Of the last stretch.
  const Exchange* running() const noexcept { return running_.load(std::memory_order_relaxed); }

  // The label of a fiber that serves a request, and of those that it starts.
  static const void* label(const Exchange& exchange) noexcept { return &exchange; }

  void fiber_entered(const Fiber& fiber) noexcept override;
  void fiber_left(const Fiber& fiber) noexcept override;

 private:
  Fibers& fibers_;
  WorkerSlot& slot_;
  const Application& application_;
  std::atomic<const Exchange*> running_{nullptr};
  Instant started_{};
  Instant ended_{};
};

// "GET /orders/{id}", "*" where there is no such route.
std::string route_name(const Application& application, const Exchange& exchange);

}  // namespace svc
