// fiber.h — handlers that look blocking and never block: one stack for each request in flight.
//
// Why: a handler is a plain function; when it waits (for a body, a client, a timer, a pool thread)
// its stack is set aside and the loop goes on. Boost.Context switches; this file adds what a server
// needs on top: pooled stacks with guard pages, a bound on their number, cancellation that unwinds,
// exceptions that may be in flight across a suspension (the C++ runtime's per-thread exception
// state, Itanium C++ ABI 2.2.2, is swapped with the stack), ASan and TSan told of each switch.
//
// Threads: a Fibers object and its fibers belong to one loop's thread. Other threads wake a fiber
// through EventLoop::post(). Clock: the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/loop/event_loop.h"
#include "core/loop/fiber_context.h"
#include "core/loop/fiber_stack.h"

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
  static Fiber& self() noexcept;  // The same. REQUIRES: it runs in one.

  // REQUIRES (all that suspends): current() == this.
  // Gives the thread back until resume(), `until`, or cancellation. A resume() that came since the
  // last suspension ends the wait at once (no lost wake-up), so what is waited for is checked in a
  // loop around this. Throws Cancelled unless std::uncaught_exceptions() > 0 (then
  // Wake::cancelled).
  Wake suspend(std::optional<Instant> until = std::nullopt);
  // The same, but never throws: the caller has something to undo before it says Cancelled.
  Wake try_suspend(std::optional<Instant> until = std::nullopt);
  // As suspend(), but neither cancelled nor timed out: for awaiting what refers to this stack.
  void suspend_uncancellable();
  // Everything else that is ready runs first. Throws as suspend() does.
  void yield();
  // Throws Cancelled if that is due: a long loop's own point of cancellation. Reads the clock, for
  // the loop can't announce a deadline to code that keeps it from turning.
  void check_cancelled();

  // Loop's thread. From the loop's stack the fiber runs at once, until it suspends or ends; from
  // another fiber it runs at the end of this turn. Waking one that is awake is remembered.
  void resume();
  // Sets the reason (the first one stays) and, if the fiber waits cancellably, wakes it as resume()
  // does: it may have ended when this returns.
  void cancel(CancelReason reason);
  CancelReason cancelled() const noexcept { return cancelled_; }

  // At `deadline` the fiber is cancelled with CancelReason::deadline; kNever: it has none.
  void set_deadline(Instant deadline);
  Instant deadline() const noexcept { return deadline_; }

  // Calls `look` on this fiber's stack, above the frames that are there: for backtraces. The fiber
  // stays where it is. False: it does not wait, or has too little stack left. REQUIRES: on the
  // loop's stack; `look` neither suspends nor throws.
  bool visit(void (*look)(void* argument), void* argument) noexcept;

  Fibers& owner() const noexcept { return *owner_; }
  // What it does, for backtraces and stall warnings: set by who starts it, read by crash handlers.
  void set_label(const void* label) noexcept { label_ = label; }
  const void* label() const noexcept { return label_; }
  // The stack's lowest usable byte and its size; the guard lies below.
  std::byte* stack_low() const noexcept { return stack_.usable().data(); }
  size_t stack_size() const noexcept;

 private:
  friend class Fibers;

  // spawned and yielded ones are queued, and so are woken ones; a resume() is remembered for the
  // former and already being answered for the latter.
  enum class State : uint8_t { idle, queued, woken, running, suspended, suspended_hard, finished };

  Fiber(Fibers& owner, FiberStack stack);
  ~Fiber() = default;

  static void main(void* fiber) noexcept;  // The first function on its stack.
  void run_body() noexcept;
  void start(std::move_only_function<void()>&& body) noexcept;
  void leave(State as) noexcept;
  Wake wait(const std::optional<Instant>& until);
  void on_timeout();
  void clear() noexcept;  // Ended: nothing of this life may reach the next one.

  Fibers* owner_;
  FiberStack stack_;
  FiberContext context_;
  std::move_only_function<void()> body_;
  Timer timer_;  // The `until` of a suspension.
  Timer deadline_timer_;
  Instant deadline_ = kNever;
  const void* label_ = nullptr;
  CancelReason cancelled_ = CancelReason::none;
  State state_ = State::idle;
  bool wake_pending_ = false;
  bool timed_out_ = false;
  bool touched_ = false;  // Ran since its unused pages were last returned.
};

// Sees each stretch in which a fiber has the thread, whoever woke it: how a worker knows that a
// handler computes for too long. Called on the loop's stack.
class FiberObserver {
 public:
  virtual void fiber_entered(const Fiber& fiber) noexcept = 0;  // Before it goes on.
  virtual void fiber_left(const Fiber& fiber) noexcept = 0;     // It has suspended or ended.

 protected:
  ~FiberObserver() = default;
};

struct FiberLimits {
  size_t stack_bytes = 256 * 1024;  // Reserved, touched on use. Plus the guard.
  size_t live_max = 10'000;         // A stack is two mappings; vm.max_map_count is 65,530.
  size_t pooled_max = 64;           // Finished stacks kept warm; others are unmapped.
};

class SVC_API Fibers {
 public:
  // What a pooled stack keeps when it has not been used for a moment; the deeper pages are
  // returned.
  static constexpr size_t kWarmBytes = 16 * 1024;
  static constexpr Duration kTrimAfter = 1s;

  explicit Fibers(EventLoop& loop, FiberLimits limits = {});
  ~Fibers();  // REQUIRES: no fiber lives.
  Fibers(const Fibers&) = delete;
  Fibers& operator=(const Fibers&) = delete;

  // Starts `body` on a pooled stack; it runs at once, until it first suspends (from another fiber:
  // at the end of this turn). Cancelled may leave `body`; any other exception is an SVC_CHECK.
  // The Fiber is valid until `body` has returned: nullptr if it has already. Errors:
  // resource_unavailable_try_again at live_max, or what mmap(2) and mprotect(2) say.
  Result<Fiber*> spawn(std::move_only_function<void()>&& body);

  size_t live() const noexcept { return live_; }
  size_t pooled() const noexcept;
  EventLoop& loop() const noexcept { return loop_; }

  void observe(FiberObserver* observer) noexcept { observer_ = observer; }  // nullptr: nobody.

  // Runs now what fibers have woken or spawned, instead of at the end of the turn: for shutting
  // down without a loop that turns. False: there was nothing. REQUIRES: on the loop's stack.
  bool run_queued() noexcept;

  // True if `address` lies in the guard of the stack of the fiber that runs in this thread: that is
  // a stack overflow. Async-signal-safe; for the SIGSEGV handler, which runs on an alternate stack.
  static bool is_stack_overflow(const void* address) noexcept;

 private:
  friend class Fiber;
  struct Pool;

  Result<Fiber*> take();
  void wake(Fiber& fiber);     // From the loop's stack now, from a fiber's at the end of the turn.
  void enqueue(Fiber& fiber);  // Its state says why.
  bool run(Fiber& fiber) noexcept;
  void recycle(Fiber& fiber) noexcept;

  EventLoop& loop_;
  FiberLimits limits_;
  size_t live_ = 0;
  FiberObserver* observer_ = nullptr;
  std::shared_ptr<Pool> pool_;  // Shared with work deferred to the loop, which may come too late.
};

namespace this_fiber {

// Wait without holding the worker. REQUIRES: inside a fiber. Throw Cancelled; a cancelled fiber
// that is being unwound does not wait.
SVC_API void sleep_until(Instant when);
SVC_API void sleep_for(Duration time);  // From the moment of the call.
SVC_API void yield();                   // Lets everything else that is ready run first.
// Until one of `events` (EPOLLIN, EPOLLOUT) is ready on `fd`; returns the events as epoll_wait(2)
// reports them, 0 at `until`. A regular file, which epoll refuses, is always ready. Errors:
// epoll_ctl(2); operation_canceled where Cancelled can't be thrown.
SVC_API Result<uint32_t> wait_fd(int fd, uint32_t events,
                                 std::optional<Instant> until = std::nullopt);

}  // namespace this_fiber
}  // namespace svc
