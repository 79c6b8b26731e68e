// fiber.h — handlers that look blocking and never block: one stack for each request in flight.
//
// Why: a handler is a plain function; when it waits (for a body, a client, a timer, a pool thread)
// its stack is set aside and the loop goes on. Boost.Context switches; this file adds what a server
// needs on top: pooled stacks with guard pages, a bound on their number, cancellation that unwinds,
// exceptions that may be in flight across a suspension (the C++ runtime's per-thread exception
// state, Itanium C++ ABI 2.2.2, is swapped with the stack), ASan and TSan told of each switch.
//
// Threads: a Fibers object and its fibers belong to one loop's thread. Other threads wake a fiber
// through EventLoop::post().
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/loop/event_loop.h"

namespace svc {

// Why a fiber is to end. Sticky: once set, every further suspension says so again.
enum class CancelReason : uint8_t { none, deadline, client_gone, drain, scope };

// Thrown by suspending calls of a cancelled fiber. No std::exception on purpose: a handler's
// `catch (const std::exception&)` must not swallow it.
struct SVC_API Cancelled {
  CancelReason reason;
};

enum class Wake : uint8_t {
  resumed,    // Somebody called resume().
  timeout,    // `until` came.
  cancelled,  // Only while an exception is unwinding this fiber: otherwise Cancelled is thrown.
};

class Fibers;

class SVC_API Fiber {
 public:
  // The fiber whose stack this is; nullptr on the loop's own stack and in pool threads.
  static Fiber* current() noexcept;

  // REQUIRES: current() == this. Gives the thread back until resume(), `until`, or cancellation.
  // A resume() that came since the last suspension ends the wait at once (no lost wake-up).
  // Throws Cancelled unless std::uncaught_exceptions() > 0 (then Wake::cancelled).
  Wake suspend(std::optional<Instant> until = std::nullopt);
  // As suspend(), but neither cancelled nor timed out: for awaiting what refers to this stack.
  void suspend_uncancellable();
  // Throws Cancelled if that is due: a long loop's own point of cancellation.
  void check_cancelled();

  // Loop's thread. From the loop's stack the fiber runs at once, until it suspends or ends; from
  // another fiber it runs at the end of this turn. Waking one that is awake is remembered.
  void resume();
  // Sets the reason (the first one stays) and wakes the fiber if it waits cancellably.
  void cancel(CancelReason reason);
  CancelReason cancelled() const noexcept { return cancelled_; }

  // At `deadline` the fiber is cancelled with CancelReason::deadline. nullopt: no deadline.
  void set_deadline(std::optional<Instant> deadline);
  std::optional<Instant> deadline() const noexcept { return deadline_; }

  Fibers& owner() const noexcept { return *owner_; }
  // What it does, for backtraces and stall warnings: set by who starts it, read by crash handlers.
  void set_label(const void* label) noexcept { label_ = label; }
  const void* label() const noexcept { return label_; }
  // The stack's lowest usable byte and its size; the guard page lies below.
  std::byte* stack_low() const noexcept { return stack_low_; }
  size_t stack_size() const noexcept { return stack_size_; }

 private:
  friend class Fibers;
  struct Switch;  // Context, sanitizer state, exception state: fiber.cc.
  Fiber(Fibers& owner);
  ~Fiber();

  Fibers* owner_;
  std::unique_ptr<Switch> switch_;
  std::move_only_function<void()> body_;
  Timer timer_;           // The `until` of a suspension.
  Timer deadline_timer_;
  std::optional<Instant> deadline_;
  const void* label_ = nullptr;
  std::byte* stack_low_ = nullptr;
  size_t stack_size_ = 0;
  CancelReason cancelled_ = CancelReason::none;
  enum class State : uint8_t { idle, running, suspended, suspended_hard, finished } state_{};
  bool wake_pending_ = false;
  bool timed_out_ = false;
};

struct FiberLimits {
  size_t stack_bytes = 256 * 1024;  // Reserved, touched on use. Plus one guard page.
  size_t live_max = 10'000;         // A stack is two mappings; vm.max_map_count is 65,530.
  size_t pooled_max = 64;           // Finished stacks kept warm; the pages of others are returned.
};

class SVC_API Fibers {
 public:
  explicit Fibers(EventLoop& loop, FiberLimits limits = {});
  ~Fibers();  // REQUIRES: no fiber lives.
  Fibers(const Fibers&) = delete;
  Fibers& operator=(const Fibers&) = delete;

  // Starts `body` on a pooled stack; it runs at once, until it first suspends (from another fiber:
  // at the end of this turn). Cancelled may leave `body`; any other exception is an SVC_CHECK.
  // The Fiber is valid until `body` has returned. Errors: resource_unavailable_try_again at
  // live_max, or what mmap(2) says.
  Result<Fiber*> spawn(std::move_only_function<void()> body);

  size_t live() const noexcept { return live_; }
  size_t pooled() const noexcept;
  EventLoop& loop() const noexcept { return loop_; }

  // True if `address` lies in the guard page of a stack of this thread's fibers: that is a stack
  // overflow. Async-signal-safe; for the SIGSEGV handler, which runs on an alternate stack.
  static bool is_stack_overflow(const void* address) noexcept;

 private:
  friend class Fiber;
  struct Pool;
  EventLoop& loop_;
  FiberLimits limits_;
  size_t live_ = 0;
  std::unique_ptr<Pool> pool_;
};

namespace this_fiber {

// Waits without holding the worker. REQUIRES: inside a fiber. Throws Cancelled.
SVC_API void sleep_until(Instant when);
SVC_API void sleep_for(Duration time);
SVC_API void yield();  // Lets everything else that is ready run first.
// Until one of `events` (EPOLLIN, EPOLLOUT) is ready on `fd`; returns the events, 0 at `until`.
SVC_API Result<uint32_t> wait_fd(int fd, uint32_t events, std::optional<Instant> until = std::nullopt);

}  // namespace this_fiber
}  // namespace svc
