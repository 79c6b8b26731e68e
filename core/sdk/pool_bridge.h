// pool_bridge.h — a job in a pool thread, and the way back from it to the fiber that waits for it.
//
// Why: a handler that runs in the pool may still want to send a part of a stream or to sleep until
// a deadline; connections and timers belong to the loop's thread. So the fiber that started the job
// doesn't just wait for its end: it executes what the job asks for in between.
//
//   request's fiber: run() ──spawns──► helper fiber: OffloadPool::run_erased ──► pool thread: job
//          ▲                                                                        │ call(fn)
//          └────────────────── EventLoop::post: wake, execute fn, answer ◄──────────┘
//
// Threads: run() in a fiber; call() in the pool thread of its job. The bridge stands on the fiber's
// stack; run() returns only after the job has ended and nothing refers to it.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>

#include "core/base/result.h"
#include "core/loop/fiber.h"
#include "core/loop/offload.h"
#include "core/sdk/function_ref.h"

namespace svc {

class PoolBridge {
 public:
  PoolBridge() = default;
  PoolBridge(const PoolBridge&) = delete;
  PoolBridge& operator=(const PoolBridge&) = delete;

  // The bridge of the job that this thread runs; nullptr elsewhere.
  static PoolBridge* current() noexcept;

  // REQUIRES: inside a fiber, once for each bridge. Rethrows what leaves `job`, or what leaves a
  // call() that the job let pass. Throws Cancelled after the job if the fiber has been cancelled,
  // and Problem 503 if no thread, queue place or fiber is free.
  void run(OffloadPool& pool, FunctionRef job);

  // REQUIRES: current() == this. Executes `function` in the fiber and waits for it; rethrows.
  void call(FunctionRef function);

 private:
  void run_in_pool(OffloadPool& pool, FunctionRef job);
  void execute_call();

  Fiber* fiber_ = nullptr;
  bool done_ = false;  // Loop's thread only.
  Result<> ran_;
  std::exception_ptr failure_;  // Of the job. Written in the pool, read after it has ended.

  std::mutex mutex_;
  std::condition_variable answered_;
  const FunctionRef* call_ = nullptr;  // What the job waits for. Under mutex_.
  std::exception_ptr call_failure_;
};

// Executes `function` where connections and timers may be touched: here, or through the bridge.
void on_loop(FunctionRef function);

}  // namespace svc
