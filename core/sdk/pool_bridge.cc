#include "core/sdk/pool_bridge.h"

#include <utility>

#include "core/base/check.h"
#include "core/sdk/host.h"
#include "core/sdk/offload.h"
#include "core/sdk/problem.h"

namespace svc {
namespace {

thread_local PoolBridge* bridge_of_thread = nullptr;

[[noreturn]] void throw_overloaded() {
  throw Problem(503, "the service is overloaded").header("Retry-After", "1");
}

}  // namespace

PoolBridge* PoolBridge::current() noexcept { return bridge_of_thread; }

void PoolBridge::run(OffloadPool& pool, FunctionRef job) {
  SVC_CHECK(fiber_ == nullptr);
  fiber_ = Fiber::current();
  SVC_CHECK(fiber_ != nullptr);
  const void* const label = fiber_->label();
  auto helper = fiber_->owner().spawn([this, &pool, job, label] {
    Fiber::current()->set_label(label);
    run_in_pool(pool, job);
    done_ = true;
    fiber_->resume();
  });
  if (!helper) throw_overloaded();
  while (!done_) {
    fiber_->suspend_uncancellable();
    execute_call();
  }
  if (!ran_) throw_overloaded();
  fiber_->check_cancelled();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

// In the helper fiber. Nothing leaves it by throwing: the exception belongs to the other fiber.
void PoolBridge::run_in_pool(OffloadPool& pool, FunctionRef job) {
  try {
    ran_ = pool.run_erased([this, job] {
      bridge_of_thread = this;
      try {
        job();
      } catch (...) {
        failure_ = std::current_exception();
      }
      bridge_of_thread = nullptr;
    });
  } catch (const Cancelled&) {
    // The worker ends; the job has ended too. The other fiber is told the same by its own means.
  }
}

void PoolBridge::call(FunctionRef function) {
  SVC_CHECK(bridge_of_thread == this);
  std::unique_lock lock(mutex_);
  call_ = &function;
  call_failure_ = nullptr;
  fiber_->owner().loop().post([this] { fiber_->resume(); });
  answered_.wait(lock, [this] { return call_ == nullptr; });
  if (call_failure_) std::rethrow_exception(std::exchange(call_failure_, nullptr));
}

// In the request's fiber. The call may suspend it again; the mutex is not held meanwhile.
void PoolBridge::execute_call() {
  const FunctionRef* wanted = nullptr;
  {
    const std::lock_guard lock(mutex_);
    wanted = call_;
  }
  if (wanted == nullptr) return;
  std::exception_ptr failure;
  try {
    (*wanted)();
  } catch (...) {
    failure = std::current_exception();  // Cancelled too: it ends the job as it would end a fiber.
  }
  {
    const std::lock_guard lock(mutex_);
    call_failure_ = std::move(failure);
    call_ = nullptr;
    answered_.notify_one();  // Under the lock: once it is free, the bridge may go away.
  }
}

void on_loop(FunctionRef function) {
  if (PoolBridge* const bridge = PoolBridge::current()) return bridge->call(function);
  function();
}

namespace detail {

void offload(FunctionRef job) {
  const WorkerBinding* const worker = WorkerBinding::current();
  const bool can_wait = Fiber::current() != nullptr && PoolBridge::current() == nullptr;
  if (!can_wait || worker == nullptr || worker->pool() == nullptr) return job();
  PoolBridge().run(*worker->pool(), job);
}

}  // namespace detail
}  // namespace svc
