// fiber_mutex.h — a mutex, a condition and a semaphore that suspend the fiber, not the thread.
//
// Why: a std::mutex held across a suspension deadlocks the loop: the next fiber that wants it
// blocks the thread on which its holder would go on.
//
// Threads: the loop's, in fibers (notifying and releasing also on the loop's stack). Waiters are
// served in the order in which they came.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>

#include "core/loop/fiber.h"

namespace svc {

// Fibers that wait for one thing. Its places are on their stacks.
class SVC_API FiberWaitList {
 public:
  FiberWaitList() = default;
  FiberWaitList(const FiberWaitList&) = delete;
  FiberWaitList& operator=(const FiberWaitList&) = delete;
  ~FiberWaitList();  // REQUIRES: empty().

  // Wake::resumed if this fiber's turn has come, also if it was cancelled or timed out at the same
  // time: what was handed to it is its own.
  Wake wait(std::optional<Instant> until = std::nullopt);
  void wait_uncancellable();

  bool wake_one();  // False: nobody waits.
  void wake_all();  // Those that wait now.
  bool empty() const noexcept { return first_ == nullptr; }

 private:
  struct Place {
    explicit Place(Fiber* waiter) noexcept : fiber(waiter) {}
    Fiber* fiber;
    bool served = false;
    Place* previous = nullptr;
    Place* next = nullptr;
  };
  void append(Place& place) noexcept;
  void remove(Place& place) noexcept;

  Place* first_ = nullptr;
  Place* last_ = nullptr;
};

// For std::lock_guard, std::unique_lock and std::scoped_lock.
class SVC_API FiberMutex {
 public:
  FiberMutex() = default;
  FiberMutex(const FiberMutex&) = delete;
  FiberMutex& operator=(const FiberMutex&) = delete;
  ~FiberMutex();  // REQUIRES: not locked.

  // Throws Cancelled, without the lock. A cancelled fiber that is being unwound waits all the same:
  // the code after this relies on the lock.
  void lock();
  bool try_lock() noexcept;
  void unlock();  // REQUIRES: locked. Hands it to the first that waits, so that none is overtaken.

 private:
  friend class FiberCondition;
  void lock_uncancellable();

  FiberWaitList waiters_;
  bool locked_ = false;
};

class SVC_API FiberCondition {
 public:
  // Lets go of the lock until notified or `until`, and takes it again. Throws Cancelled, with the
  // lock. What is waited for is checked in a loop around this, or by `fact`.
  Wake wait(std::unique_lock<FiberMutex>& lock, std::optional<Instant> until = std::nullopt);
  template <class Fact>
  bool wait(std::unique_lock<FiberMutex>& lock, std::optional<Instant> until, Fact fact) {
    while (!fact()) {
      if (wait(lock, until) != Wake::resumed) return fact();
    }
    return true;
  }
  void notify_one() { waiters_.wake_one(); }
  void notify_all() { waiters_.wake_all(); }

 private:
  FiberWaitList waiters_;
};

// So many at once: a bound on calls to one upstream, for instance.
class SVC_API FiberSemaphore {
 public:
  explicit FiberSemaphore(size_t free) noexcept : free_(free) {}

  // Wake::resumed: acquired. Wake::timeout at `until`. Throws Cancelled; Wake::cancelled where that
  // can't be thrown.
  Wake acquire(std::optional<Instant> until = std::nullopt);
  bool try_acquire() noexcept;
  void release();
  size_t free() const noexcept { return free_; }

 private:
  FiberWaitList waiters_;
  size_t free_;
};

}  // namespace svc
