// event_loop.h — one thread's epoll loop: descriptors, timers, work posted from elsewhere.
//
// Why own: the loop is what master and workers are made of, and each turn is one function that can
// be read and tested. The master runs one (it sleeps nowhere else); each worker runs one.
//
// Threads: everything here belongs to the thread that runs the loop, but post() and stop(), which
// any thread may call. A loop is never used across fork(2): a child makes its own.
// Clock: `clock`, read before and after each wait; now() is the same
// for everything that happens in a turn.
//
// Order of one turn: wait; descriptors that are ready; timers that are due; posted work; deferred
// work (what this last one adds runs in the next turn). Nothing that the loop calls may throw: an
// exception that reaches it ends the process.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/loop/timer.h"

namespace svc {

// Somebody who waits for a descriptor. Not owned by the loop; unwatch() before destruction.
class Watcher {
 public:
  // `events`: EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR, EPOLLRDHUP as epoll_ctl(2) reports them.
  // May watch, unwatch and destroy anything, itself included.
  virtual void on_ready(uint32_t events) = 0;

 protected:
  ~Watcher() = default;
};

class SVC_API EventLoop {
 public:
  static constexpr int kEventsMax = 256;  // Taken from the kernel in one turn.
  using Task = std::move_only_function<void()>;

  // Errors: epoll_create1(2), eventfd(2), epoll_ctl(2).
  static Result<std::unique_ptr<EventLoop>> create(const Clock& clock = Clock::steady());
  ~EventLoop();  // Disarms the timers that are left; drops work that has not run.
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // epoll_ctl(2) ADD, MOD, DEL. `events` may hold EPOLLET, EPOLLEXCLUSIVE, EPOLLONESHOT.
  // A descriptor has one watcher (errc::file_exists); a watcher may have several descriptors.
  // After unwatch() nothing more is reported to `watcher` for `fd`, not even from this turn; it
  // does nothing if `watcher` does not watch `fd`. Call it before close() or a send of the
  // descriptor to another process: a descriptor that somebody else holds open stays in our epoll
  // set otherwise.
  Result<> watch(int fd, uint32_t events, Watcher& watcher);
  Result<> rewatch(int fd, uint32_t events, Watcher& watcher);
  void unwatch(int fd, Watcher& watcher) noexcept;
  // Of a descriptor that is closed right after this: close(2) takes it out of the epoll set. Should
  // somebody hold a copy for a moment longer (a process between fork(2) and execve(2)), what still
  // comes from it is told apart by its generation. REQUIRES: watched with EPOLLET, or it could
  // spin.
  void closing(int fd, Watcher& watcher) noexcept;

  void post(Task task);   // Any thread: wakes the loop; runs in the loop's thread.
  void defer(Task task);  // Loop's thread: runs at the end of this turn, without a wake-up.

  Instant now() const noexcept { return now_; }
  const Clock& clock() const noexcept { return clock_; }
  Instant refresh_now() noexcept { return now_ = clock_.now(); }  // After something long.

  // One turn: waits at most `wait_max` (less if a timer is due or work is posted), then does all
  // there is to do. Errors: epoll_wait(2), but not EINTR, which ends the wait.
  // REQUIRES: not called from inside a turn.
  Result<> turn(Duration wait_max);
  Result<> run();  // Turns until stop(). One stop() ends one run(), the next one if none runs.
  void stop() noexcept;  // Any thread, any signal handler.

  // For so long after an event the loop asks for more before it sleeps: the next ones are handled
  // sooner, at the price of a processor. Timers don't count as one. 0, as at first: never.
  void busy_poll(Duration time) noexcept { busy_poll_ = time; }

  size_t timers() const noexcept { return timers_.armed(); }
  // No timer is due before this; nullopt: none is armed. For clocks that wait for nobody (tests).
  std::optional<Instant> next_timer() const noexcept { return timers_.next(); }
  bool worked() const noexcept { return worked_; }  // The last turn found something to do.

  // How long the loop has worked, as opposed to waited, so far; and its longest turn since the last
  // call of take_longest_turn(): what an event may have had to wait.
  Duration busy() const noexcept { return busy_; }
  Duration take_longest_turn() noexcept { return std::exchange(longest_turn_, Duration{}); }

 private:
  friend class Timer;

  // What a descriptor's number means at present. An event carries the number and the generation
  // that it was watched in: one that was on its way while the descriptor was unwatched, closed, or
  // given to somebody else under the same number is recognised and dropped.
  struct Slot {
    Watcher* watcher = nullptr;
    uint32_t generation = 0;
  };

  EventLoop(Fd epoll, Fd wake, const Clock& clock);

  TimerHeap& timer_heap() noexcept { return timers_; }
  Slot* slot_of(int fd, const Watcher& watcher) noexcept;
  int wait(Duration wait_max) noexcept;  // epoll_wait(2), and its errors.
  int spin(Instant until) noexcept;  // The same without sleeping; 0 at `until` or a timer's time.
  int wait_ms(Duration wait_max) noexcept;
  void count_turn() noexcept;
  void wake() noexcept;
  void run_ready(int count) noexcept;
  void run_tasks() noexcept;
  static void run_all(std::vector<Task>& tasks) noexcept;

  Fd epoll_;
  Fd wake_;  // eventfd, edge-triggered: each write is an event, and nobody needs to read it.
  const Clock& clock_;
  Instant now_;
  TimerHeap timers_;
  std::vector<Slot> slots_;  // By descriptor number.
  std::vector<Task> deferred_;
  std::vector<Task> running_;  // Swapped with the queues, so that their memory is used again.
  std::mutex posted_mutex_;
  std::vector<Task> posted_;
  std::atomic<bool> posted_any_{false};  // posted_ is not empty: spares each turn the lock.
  std::atomic<bool> stopping_{false};
  bool turning_ = false;
  bool worked_ = false;
  Instant woke_;   // Since then it works.
  Instant event_;  // When the last event came, or the loop was made.
  Duration busy_poll_{};
  Duration busy_{};
  Duration longest_turn_{};
  std::array<epoll_event, kEventsMax> events_;
};

}  // namespace svc
