#include "core/sdk/wait.h"

#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "core/base/sys.h"
#include "core/loop/fiber.h"
#include "core/loop/offload.h"

namespace svc {
namespace {

static_assert(kReadable == EPOLLIN && kWritable == EPOLLOUT && kFailed == EPOLLERR &&
              kHungUp == EPOLLHUP);
static_assert(kReadable == POLLIN && kWritable == POLLOUT && kFailed == POLLERR &&
              kHungUp == POLLHUP);

[[noreturn]] void fail(std::errc code, const std::string& text) {
  throw std::system_error(std::make_error_code(code), text);
}

// poll(2) rounds down and counts from each call; a deadline is neither.
int poll_ms(std::optional<Instant> deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::steady().now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 3'600'000));
}

uint32_t poll_for(int fd, uint32_t events, std::optional<Instant> deadline) {
  pollfd waiting{fd, static_cast<short>(events), 0};
  for (;;) {
    const int ready = sys::poll(&waiting, 1, poll_ms(deadline));
    if (ready > 0) return static_cast<uint32_t>(waiting.revents);
    if (ready < 0 && errno != EINTR) fail(std::errc(errno), "wait for a descriptor");
    if (ready == 0 && deadline && Clock::steady().now() >= *deadline) return 0;
  }
}

}  // namespace

uint32_t wait(int fd, uint32_t events, std::optional<Instant> deadline) {
  if (!OffloadPool::in_pool_thread() && Fiber::current() == nullptr)
    return poll_for(fd, events, deadline);
  Result<uint32_t> ready = 0;
  OffloadPool::on_loop([&] { ready = this_fiber::wait_fd(fd, events, deadline); });
  if (!ready) fail(ready.error().code, ready.error().text);
  return *ready;
}

uint32_t wait(int fd, uint32_t events, Duration time) {
  const Instant now = Clock::steady().now();
  return wait(fd, events, now + std::clamp(time, Duration(0), Duration(Instant::max() - now)));
}

}  // namespace svc
