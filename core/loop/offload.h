// offload.h — a bounded pool of threads for what truly blocks: a C library, a disk, a long sum.
//
// Why bounded: an unbounded queue turns overload into minutes of latency; a full one is an error
// that the caller answers with 503. The fiber that awaits a job is not unwound while the job runs,
// even if it is cancelled: the job may refer to its stack.
//
//   fiber: run() ──job──► queue ──► pool thread: job() ─┐
//     ▲                                    on_loop(fn), │ the end
//     └── executes fn / returns ◄── EventLoop::post ◄───┘
//
// Threads: the pool is made and destroyed by the loop's thread, after fork(2). run() is called in
// fibers. Jobs run in pool threads, which block all signals but faults. Connections and timers are
// the loop's, so a job reaches them with on_loop(), which the waiting fiber executes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/loop/fiber.h"

namespace svc {

class OffloadQueue;
struct OffloadJob;

// Sees each job as it begins and ends in its thread: the board's slots are written by it.
class OffloadObserver {
 public:
  virtual ~OffloadObserver() = default;
  virtual void job_began(size_t thread, const void* label) noexcept = 0;  // label: Fiber::label()
  virtual void job_ended(size_t thread) noexcept = 0;
};

class SVC_API OffloadPool {
 public:
  struct Options {
    size_t threads = 4;
    size_t queue_max = 1024;  // Jobs that wait, beside those that run.
    OffloadObserver* observer = nullptr;
  };
  // Threads start when jobs come that no idle one can take, and stay.
  // REQUIRES: options.threads > 0; the loop and the observer outlive the pool.
  OffloadPool(EventLoop& loop, Options options);
  // Cancels the fibers that wait for jobs (CancelReason::drain) and blocks until those jobs that
  // run, or are to be finished, have ended; the others are dropped. Needs no turn of the loop, even
  // for jobs inside on_loop(). REQUIRES: on the loop's stack; fn of an on_loop() ends when its
  // fiber is cancelled.
  ~OffloadPool();
  OffloadPool(const OffloadPool&) = delete;
  OffloadPool& operator=(const OffloadPool&) = delete;

  // What becomes of a job that has not begun when its fiber is cancelled: it is taken back, or run
  // all the same (work that has to be done while a cancelled fiber is unwound).
  enum class IfCancelled : uint8_t { withdraw, finish };

  // Runs `job` in a pool thread and suspends this fiber until it has ended; an exception that
  // leaves `job` is rethrown here. If the fiber is cancelled: Cancelled, at once if the job has not
  // begun (it never will, but for IfCancelled::finish), else when it has ended. REQUIRES: inside a
  // fiber. Errors: resource_unavailable_try_again when the queue is full or no thread can be had;
  // operation_canceled where Cancelled can't be thrown for a job that is taken back, or when the
  // pool is being destroyed.
  Result<> run_erased(std::move_only_function<void()> job,
                      IfCancelled then = IfCancelled::withdraw);

  // The same with a result: Result<std::decay_t<R>>.
  template <class Job>
  auto run(Job&& job) -> Result<std::decay_t<std::invoke_result_t<Job&>>> {
    using R = std::decay_t<std::invoke_result_t<Job&>>;
    if constexpr (std::is_void_v<R>) {
      return run_erased([&job] { job(); });
    } else {
      std::optional<R> value;
      if (auto ran = run_erased([&] { value.emplace(job()); }); !ran) return std::move(ran).error();
      return std::move(*value);
    }
  }

  static bool in_pool_thread() noexcept;  // This code is part of a job.
  static const void* label() noexcept;    // Of its fiber; nullptr elsewhere.

  // In a job: has the fiber that waits for it execute `function`, which may suspend, and blocks
  // this thread until that is done; rethrows, Cancelled included. Elsewhere: calls it. It must not
  // offload again: all threads may be waiting for such calls.
  static void on_loop_erased(std::move_only_function<void()> function);

  template <class Function>
  static auto on_loop(Function&& function) -> std::decay_t<std::invoke_result_t<Function&>> {
    using R = std::decay_t<std::invoke_result_t<Function&>>;
    if constexpr (std::is_void_v<R>) {
      on_loop_erased([&function] { function(); });
    } else {
      std::optional<R> value;
      on_loop_erased([&] { value.emplace(function()); });
      return std::move(*value);
    }
  }

  size_t queued() const noexcept;         // Wait for a thread.
  Duration oldest_wait() const noexcept;  // Of those: how long the first one has. Loop thread.
  size_t running() const noexcept;        // Are being run by one.

 private:
  Result<> admit(OffloadJob& job);
  bool await(OffloadJob& job, IfCancelled then);
  Result<> start_thread();

  Options options_;
  std::shared_ptr<OffloadQueue> queue_;  // With work posted to the loop, which may come too late.
  std::vector<OffloadJob*> jobs_;        // Those that fibers wait for.
  std::vector<std::thread> threads_;
};

}  // namespace svc
