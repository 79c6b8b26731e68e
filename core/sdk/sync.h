// sync.h — a mutex, a condition and a semaphore for handlers: who waits gives the worker to others.
//
//   svc::Mutex mutex;                                  // one worker's; not shared between workers
//   const std::scoped_lock lock(mutex);                // may be held across svc::sleep_for,
//   ctx.http…
//
// A std::mutex that is held across a wait deadlocks the worker: the next request that wants it
// blocks the thread on which its holder would go on. Waiters are served in the order in which they
// came. In pool threads the calls are passed to the request's fiber. Every wait throws Cancelled
// when its request is given up.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/loop/fiber_mutex.h"
#include "core/sdk/worker.h"

namespace svc {

class SVC_API Mutex {
 public:
  Mutex() = default;
  void lock();
  bool try_lock();
  void unlock();

 private:
  friend class Condition;
  FiberMutex mutex_;
};

class SVC_API Condition {
 public:
  Condition() = default;
  // Lets go of the lock until notified, and takes it again, also when it throws. False: `until`
  // has come. What is waited for is checked in a loop around this, or by `fact`: false is what it
  // says then.
  bool wait(std::unique_lock<Mutex>& lock, std::optional<Instant> until = std::nullopt);
  template <class Fact>
  bool wait(std::unique_lock<Mutex>& lock, std::optional<Instant> until, Fact fact) {
    while (!fact()) {
      if (!wait(lock, until)) return fact();
    }
    return true;
  }
  template <class Fact>
  requires std::is_invocable_r_v<bool, Fact&>
  void wait(std::unique_lock<Mutex>& lock, Fact fact) {
    while (!fact()) wait(lock);
  }
  // False: the time has passed, and the fact isn't one.
  template <class Fact>
  requires std::is_invocable_r_v<bool, Fact&>
  bool wait_for(std::unique_lock<Mutex>& lock, Duration time, Fact fact) {
    return wait(lock, now() + time, std::move(fact));
  }
  void notify_one();
  void notify_all();

 private:
  FiberCondition condition_;
};

// So many at once: a bound on calls to something that takes no more.
class SVC_API Semaphore {
 public:
  explicit Semaphore(size_t free) noexcept : semaphore_(free) {}
  // False: `until` has come first.
  bool acquire(std::optional<Instant> until = std::nullopt);
  bool try_acquire();
  void release();
  size_t free() const noexcept { return semaphore_.free(); }

 private:
  FiberSemaphore semaphore_;
};

}  // namespace svc
