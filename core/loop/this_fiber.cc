#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "core/loop/fiber.h"

namespace svc {
namespace {

constexpr std::string_view kWaiting = "wait for a descriptor";

// One descriptor, watched for as long as this lives, on the stack of the fiber that waits.
class FdWait final : public Watcher {
 public:
  FdWait(Fiber& fiber, int fd) noexcept : fiber_(fiber), fd_(fd) {}
  FdWait(const FdWait&) = delete;
  FdWait& operator=(const FdWait&) = delete;
  ~FdWait() { loop().unwatch(fd_, *this); }

  Result<> start(uint32_t events) { return loop().watch(fd_, events, *this); }
  uint32_t ready() const noexcept { return ready_; }

  void on_ready(uint32_t events) override {
    ready_ |= events;
    fiber_.resume();
  }

 private:
  EventLoop& loop() const noexcept { return fiber_.owner().loop(); }

  Fiber& fiber_;
  int fd_;
  uint32_t ready_ = 0;
};

}  // namespace

namespace this_fiber {

void sleep_until(Instant when) {
  Fiber& fiber = Fiber::self();
  // Anything may resume a fiber: only the time and a cancellation end a sleep.
  while (fiber.suspend(when) == Wake::resumed) {
  }
}

void sleep_for(Duration time) {
  const Instant now = Fiber::self().owner().loop().clock().now();
  sleep_until(now + std::clamp(time, Duration(0), Duration(Instant::max() - now)));
}

void yield() { Fiber::self().yield(); }

Result<uint32_t> wait_fd(int fd, uint32_t events, std::optional<Instant> until) {
  Fiber& fiber = Fiber::self();
  fiber.check_cancelled();
  if (fiber.cancelled() != CancelReason::none) return Error::from_code(ECANCELED, kWaiting);
  FdWait wait(fiber, fd);
  if (auto started = wait.start(events); !started) {
    if (started.error().code == std::errc::operation_not_permitted) return events;
    return std::move(started).error();
  }
  while (wait.ready() == 0) {
    const Wake wake = fiber.suspend(until);
    if (wake == Wake::timeout) return wait.ready();
    if (wake == Wake::cancelled) return Error::from_code(ECANCELED, kWaiting);
  }
  return wait.ready();
}

}  // namespace this_fiber
}  // namespace svc
