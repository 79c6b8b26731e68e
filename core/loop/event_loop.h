// event_loop.h — one thread's epoll loop: descriptors, timers, work posted from elsewhere.
//
// Why own: the loop is what master and workers are made of, and each turn is one function that can
// be read and tested. The master runs one (it sleeps nowhere else); each worker runs one.
//
// Threads: everything here belongs to the thread that runs the loop, but post() and stop(), which
// any thread may call. A loop is never used across fork(2): a child makes its own.
// Clock: `clock`, read once a turn; now() is the same for everything that happens in that turn.
//
// Order of one turn: wait; descriptors that are ready; timers that are due; posted and deferred
// work (what these add runs in the next turn).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

class EventLoop;

// Somebody who waits for a descriptor. Not owned by the loop; unwatch() before destruction.
class Watcher {
 public:
  // `events`: EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR, EPOLLRDHUP as epoll_ctl(2) reports them.
  // May watch, unwatch and destroy anything, itself included.
  virtual void on_ready(uint32_t events) = 0;

 protected:
  ~Watcher() = default;
};

// A moment at which a function is called, once. Disarms itself when destroyed.
// Re-arming to a later moment is cheap (a store): the heap is corrected when the old moment comes.
class SVC_API Timer {
 public:
  explicit Timer(std::function<void()> on_due) : on_due_(std::move(on_due)) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { disarm(); }

  void arm(EventLoop& loop, Instant due);  // Replaces an earlier moment.
  void disarm() noexcept;
  bool armed() const noexcept { return loop_ != nullptr; }
  Instant due() const noexcept { return due_; }

 private:
  friend class EventLoop;
  std::function<void()> on_due_;
  EventLoop* loop_ = nullptr;
  Instant due_{};       // When it is wanted.
  Instant key_{};       // Where it stands in the heap: never later than due_.
  size_t position_ = 0; // In the heap. Meaningful while armed, or while lazily left in the heap.
  bool queued_ = false;
};

class SVC_API EventLoop {
 public:
  static constexpr int kEventsMax = 256;  // Taken from the kernel in one turn.
  using Task = std::move_only_function<void()>;

  // Errors: epoll_create1(2), eventfd(2).
  static Result<std::unique_ptr<EventLoop>> create(const Clock& clock = Clock::steady());
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // epoll_ctl(2) ADD, MOD, DEL. `events` may hold EPOLLET, EPOLLEXCLUSIVE, EPOLLONESHOT.
  // After unwatch() nothing more is reported to `watcher` for `fd`, not even from this turn.
  // Call it before close() or a send of the descriptor to another process: a descriptor that
  // somebody else holds open stays in our epoll set otherwise.
  Result<> watch(int fd, uint32_t events, Watcher& watcher);
  Result<> rewatch(int fd, uint32_t events, Watcher& watcher);
  void unwatch(int fd, Watcher& watcher) noexcept;

  void post(Task task);   // Any thread: wakes the loop; runs in the loop's thread.
  void defer(Task task);  // Loop's thread: runs at the end of this turn, without a wake-up.

  Instant now() const noexcept { return now_; }
  const Clock& clock() const noexcept { return clock_; }
  Instant refresh_now() noexcept { return now_ = clock_.now(); }  // After something long.

  // One turn: waits at most `wait_max` (less if a timer is due or work is posted), then does all
  // there is to do. Errors: epoll_wait(2), but not EINTR, which ends the wait.
  Result<> turn(Duration wait_max);
  Result<> run();  // Turns until stop().
  void stop() noexcept;  // Any thread, any signal handler.

  size_t timers() const noexcept { return heap_.size(); }

 private:
  friend class Timer;
  EventLoop(Fd epoll, Fd wake, const Clock& clock);

  void insert(Timer& timer, Instant due);
  void remove(Timer& timer) noexcept;
  void sift_up(size_t at) noexcept;
  void sift_down(size_t at) noexcept;
  int wait_ms(Duration wait_max) const noexcept;
  void run_ready(int count);
  void run_due();
  void run_tasks();

  Fd epoll_;
  Fd wake_;  // eventfd: post() and stop() write it.
  const Clock& clock_;
  Instant now_;
  std::vector<Timer*> heap_;  // Binary heap on key_.
  std::vector<Task> deferred_;
  std::mutex posted_mutex_;
  std::vector<Task> posted_;
  std::atomic<bool> stopping_{false};
  struct Batch;  // The events of the turn that runs, so that unwatch() can strike them out.
  std::unique_ptr<Batch> batch_;
};

}  // namespace svc
