#include "core/sdk/queue.h"

#include <exception>

#include "core/loop/offload.h"

namespace svc::detail {
namespace {

// False: the time has come. Where Cancelled can't be thrown (unwinding) nothing is waited for.
bool wait_in(FiberWaitList& list, std::optional<Instant> until) {
  if (until == Instant::min()) return false;
  const Wake wake = list.wait(until);
  if (wake == Wake::cancelled && std::uncaught_exceptions() == 0)
    throw Cancelled{Fiber::self().cancelled()};
  return wake == Wake::resumed;
}

}  // namespace

bool QueueGate::put(FunctionRef put, std::optional<Instant> until) {
  return OffloadPool::on_loop([&] {
    while (!closed_ && size_ == capacity_) {
      if (!wait_in(producers_, until)) return false;
    }
    if (closed_) return false;
    put();
    ++size_;
    consumers_.wake_one();
    return true;
  });
}

bool QueueGate::take(FunctionRef take, std::optional<Instant> until) {
  return OffloadPool::on_loop([&] {
    while (size_ == 0) {
      if (closed_ || !wait_in(consumers_, until)) return false;
    }
    take();
    --size_;
    producers_.wake_one();
    return true;
  });
}

void QueueGate::close() {
  OffloadPool::on_loop([this] {
    closed_ = true;
    producers_.wake_all();
    consumers_.wake_all();
  });
}

}  // namespace svc::detail
