// offload.h — a bounded pool of threads for what truly blocks: a C library, a disk, a long sum.
//
// Why bounded: an unbounded queue turns overload into minutes of latency; a full one is an error
// that the caller answers with 503. The fiber that awaits a job is not unwound before the job ends,
// even if it is cancelled: the job may refer to its stack.
//
// Threads: the pool is made and destroyed by the loop's thread, after fork(2). run() is called in
// fibers. Jobs run in pool threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/base/result.h"
#include "core/loop/fiber.h"

namespace svc {

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
  OffloadPool(EventLoop& loop, Options options);  // Threads start with the first job.
  ~OffloadPool();  // Finishes the jobs that run; those that wait must have ended before.

  // Runs `job` in a pool thread and suspends this fiber until it has ended; an exception that
  // leaves `job` is rethrown here. After a cancelled wait: Cancelled, once the job has ended.
  // Errors: resource_unavailable_try_again when the queue is full. REQUIRES: inside a fiber.
  Result<> run_erased(std::move_only_function<void()> job);

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

  size_t queued() const noexcept;
  size_t running() const noexcept;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace svc
