#include "core/loop/event_loop.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "core/base/check.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr uint64_t kWakeData = ~uint64_t{0};  // No descriptor has the number 2^32 - 1.

constexpr uint64_t event_data(int fd, uint32_t generation) noexcept {
  return uint64_t{static_cast<uint32_t>(fd)} << 32 | generation;
}

epoll_event event_of(uint32_t events, uint64_t data) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.u64 = data;
  return event;
}

}  // namespace

Result<std::unique_ptr<EventLoop>> EventLoop::create(const Clock& clock) {
  Fd epoll(sys::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return Error::from_errno("epoll_create1");
  Fd wake(sys::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return Error::from_errno("eventfd");
  epoll_event event = event_of(EPOLLIN | EPOLLET, kWakeData);
  if (sys::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0) {
    return Error::from_errno("epoll_ctl");
  }
  return std::unique_ptr<EventLoop>(new EventLoop(std::move(epoll), std::move(wake), clock));
}

EventLoop::EventLoop(Fd epoll, Fd wake, const Clock& clock)
    : epoll_(std::move(epoll)),
      wake_(std::move(wake)),
      clock_(clock),
      now_(clock.now()),
      woke_(now_),
      event_(now_) {}

EventLoop::~EventLoop() { SVC_CHECK(!turning_); }

EventLoop::Slot* EventLoop::slot_of(int fd, const Watcher& watcher) noexcept {
  if (fd < 0 || static_cast<size_t>(fd) >= slots_.size()) return nullptr;
  Slot& slot = slots_[static_cast<size_t>(fd)];
  return slot.watcher == &watcher ? &slot : nullptr;
}

Result<> EventLoop::watch(int fd, uint32_t events, Watcher& watcher) {
  if (fd < 0) return Error::from_code(EBADF, "epoll_ctl");
  const auto number = static_cast<size_t>(fd);
  if (number >= slots_.size()) slots_.resize(std::max(number + 1, slots_.size() * 2));
  // A slot that is taken though the kernel takes the descriptor was closed without unwatch(): the
  // new generation makes what may still come from it harmless.
  Slot& slot = slots_[number];
  epoll_event event = event_of(events, event_data(fd, slot.generation + 1));
  if (sys::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    return Error::from_errno("epoll_ctl");
  }
  slot = {&watcher, slot.generation + 1};
  return {};
}

Result<> EventLoop::rewatch(int fd, uint32_t events, Watcher& watcher) {
  const Slot* slot = slot_of(fd, watcher);
  if (slot == nullptr) return Error::from_code(ENOENT, "epoll_ctl");
  epoll_event event = event_of(events, event_data(fd, slot->generation));
  if (sys::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0) {
    return Error::from_errno("epoll_ctl");
  }
  return {};
}

void EventLoop::unwatch(int fd, Watcher& watcher) noexcept {
  Slot* slot = slot_of(fd, watcher);
  if (slot == nullptr) return;
  slot->watcher = nullptr;
  // ENOENT and EBADF mean that the descriptor was closed first, which has taken it out already.
  epoll_event unused{};
  sys::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, &unused);
}

void EventLoop::closing(int fd, Watcher& watcher) noexcept {
  if (Slot* const slot = slot_of(fd, watcher)) slot->watcher = nullptr;
}

void EventLoop::post(Task task) {
  bool first = false;
  {
    const std::scoped_lock lock(posted_mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(task));
    posted_any_.store(true, std::memory_order_relaxed);
  }
  // One write for all that is posted before the loop takes it: whoever found the queue empty.
  if (first) wake();
}

void EventLoop::defer(Task task) { deferred_.push_back(std::move(task)); }

void EventLoop::stop() noexcept {
  const int error_number = errno;
  stopping_.store(true, std::memory_order_relaxed);
  wake();
  errno = error_number;
}

// The counter can't overflow in 500 years of a post each nanosecond, so a write can't fail; it is
// tried again all the same, because a wake-up that is lost is a worker that hangs.
void EventLoop::wake() noexcept {
  const uint64_t one = 1;
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (sys::write(wake_.get(), &one, sizeof one) == sizeof one) return;
  }
  check_failed(__FILE__, __LINE__, "eventfd write");
}

// Rounded up to the next millisecond: rounded down, the loop would spin until the moment comes.
int EventLoop::wait_ms(Duration wait_max) noexcept {
  if (!deferred_.empty()) return 0;
  if (const auto next = timers_.next()) {
    wait_max = std::min<Duration>(wait_max, *next - now_);
  }
  if (wait_max == Duration::max()) return -1;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::max(wait_max, Duration(0)));
  return static_cast<int>(std::min<int64_t>(wait.count(), INT_MAX));
}

Result<> EventLoop::turn(Duration wait_max) {
  SVC_CHECK(!turning_);
  refresh_now();
  count_turn();
  const int count = wait(wait_max);
  if (count < 0 && errno != EINTR) return Error::from_errno("epoll_wait");
  turning_ = true;
  woke_ = now_ = clock_.now();
  if (count > 0) event_ = now_;
  const auto due = timers_.next();
  worked_ = count > 0 || (due && *due <= now_) || posted_any_.load(std::memory_order_relaxed) ||
            !deferred_.empty();
  run_ready(count);
  timers_.run_due(now_);
  run_tasks();
  turning_ = false;
  return {};
}

int EventLoop::wait(Duration wait_max) noexcept {
  if (busy_poll_ > Duration(0) && deferred_.empty()) {
    const Instant began = now_;
    const Instant until = event_ + busy_poll_;
    const Instant end = wait_max < until - now_ ? now_ + wait_max : until;
    if (const int count = spin(end); count != 0) return count;
    if (wait_max != Duration::max()) wait_max -= now_ - began;
  }
  return sys::epoll_wait(epoll_.get(), events_.data(), kEventsMax, wait_ms(wait_max));
}

int EventLoop::spin(Instant until) noexcept {
  if (const auto next = timers_.next()) until = std::min(until, *next);
  while (now_ < until) {
    const int count = sys::epoll_wait(epoll_.get(), events_.data(), kEventsMax, 0);
    if (count != 0) return count;
    now_ = clock_.now();
  }
  return 0;
}

void EventLoop::count_turn() noexcept {
  const Duration turn = now_ - woke_;
  busy_ += turn;
  longest_turn_ = std::max(longest_turn_, turn);
}

Result<> EventLoop::run() {
  while (!stopping_.exchange(false, std::memory_order_relaxed)) SVC_TRY_VOID(turn(Duration::max()));
  return {};
}

void EventLoop::run_ready(int count) noexcept {
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<size_t>(i)];
    if (event.data.u64 == kWakeData) continue;  // It only had to end the wait.
    // A copy: on_ready() may watch more descriptors and so move the slots.
    const Slot slot = slots_[event.data.u64 >> 32];
    if (slot.watcher == nullptr || slot.generation != static_cast<uint32_t>(event.data.u64))
      continue;
    slot.watcher->on_ready(event.events);
  }
}

void EventLoop::run_tasks() noexcept {
  if (posted_any_.load(std::memory_order_relaxed)) {
    {
      const std::scoped_lock lock(posted_mutex_);
      running_.swap(posted_);
      posted_any_.store(false, std::memory_order_relaxed);
    }
    run_all(running_);
  }
  if (deferred_.empty()) return;
  running_.swap(deferred_);
  run_all(running_);
}

void EventLoop::run_all(std::vector<Task>& tasks) noexcept {
  for (Task& task : tasks) task();
  tasks.clear();
}

}  // namespace svc
