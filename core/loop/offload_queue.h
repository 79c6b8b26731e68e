// offload_queue.h — what pool threads and the loop's thread share: the jobs that wait, and the news
// of jobs for the fibers that wait for them.
//
// Why apart from offload.cc: all that more than one thread touches is in here, under one mutex. A
// job stands on the stack of the fiber that awaits it, so nothing is allocated for one.
//
// Threads: as each function says. Internal to core/loop.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"

namespace svc {

class OffloadQueue;

struct OffloadJob {
  using Function = std::move_only_function<void()>;

  Function body;
  Fiber& fiber;  // Waits for it, and leaves its place only after it has been told of the end.
  OffloadQueue& queue;
  const void* label;  // Of the fiber.
  Instant asked;      // When.

  // The loop's thread only.
  bool told = false;  // There is news that the fiber has not looked at yet.

  // Written by the pool thread before its news, read by the fiber after it.
  bool ended = false;
  std::exception_ptr failure{};
  Function* call = nullptr;  // What the fiber is to execute for the job.

  // Written by the fiber under the queue's mutex.
  bool call_answered = false;
  std::exception_ptr call_failure{};
  std::condition_variable answered{};

  OffloadJob* next_news = nullptr;  // Under the queue's mutex.
};

class OffloadQueue : public std::enable_shared_from_this<OffloadQueue> {
 public:
  OffloadQueue(EventLoop& loop, size_t waiting_max) noexcept
      : loop_(loop), waiting_max_(waiting_max) {}

  // The loop's thread.
  enum class Admission : uint8_t { taken, wants_thread, full, closed };
  // wants_thread: taken, but no free thread is left for it. `startable`: threads that could be.
  Admission push(OffloadJob& job, size_t startable);
  void add_thread();               // Before it starts,
  void remove_thread();            // and if it could not.
  bool withdraw(OffloadJob& job);  // True: it has not begun and never will.
  void answer(OffloadJob& job, std::exception_ptr failure);  // The call has been executed.
  void deliver();        // Wakes the fibers of jobs that have news.
  void wait_for_news();  // Blocks.
  void close();          // Nothing more is taken; idle threads end.
  size_t waiting() const;
  size_t running() const;
  const EventLoop& loop() const noexcept { return loop_; }
  std::optional<Instant> waiting_since() const;  // The first one that waits.

  // A pool thread.
  OffloadJob* take();            // Blocks until there is a job; nullptr after close().
  void finish(OffloadJob& job);  // It has ended. The job is gone after this.
  void call(OffloadJob& job, OffloadJob::Function& function);  // Blocks until it is answered.

 private:
  void announce(OffloadJob& job);  // REQUIRES: mutex_ is held.

  EventLoop& loop_;
  const size_t waiting_max_;
  mutable std::mutex mutex_;
  std::condition_variable work_;  // A job or close().
  std::condition_variable news_;
  std::deque<OffloadJob*> waiting_;
  OffloadJob* first_news_ = nullptr;
  OffloadJob* last_news_ = nullptr;
  size_t free_ = 0;  // Threads without a job, also those that are on their way to take().
  size_t running_ = 0;
  bool closed_ = false;
};

}  // namespace svc
