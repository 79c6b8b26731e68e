#include "core/loop/fiber_mutex.h"

#include <exception>

#include "core/base/check.h"

namespace svc {
namespace {

void throw_cancelled() {
  if (std::uncaught_exceptions() == 0) throw Cancelled{Fiber::self().cancelled()};
}

}  // namespace

FiberWaitList::~FiberWaitList() { SVC_CHECK(empty()); }

// Not inline: g++ 12 warns of places that stay in the list when their frame goes, and none does.
[[gnu::noinline]] void FiberWaitList::append(Place& place) noexcept {
  place.previous = last_;
  (last_ != nullptr ? last_->next : first_) = &place;
  last_ = &place;
}

void FiberWaitList::remove(Place& place) noexcept {
  (place.previous != nullptr ? place.previous->next : first_) = place.next;
  (place.next != nullptr ? place.next->previous : last_) = place.previous;
}

Wake FiberWaitList::wait(std::optional<Instant> until) {
  Place place(&Fiber::self());
  append(place);
  Wake wake = Wake::resumed;
  while (!place.served && wake == Wake::resumed) wake = place.fiber->try_suspend(until);
  if (place.served) return Wake::resumed;
  remove(place);
  return wake;
}

void FiberWaitList::wait_uncancellable() {
  Place place(&Fiber::self());
  append(place);
  while (!place.served) place.fiber->suspend_uncancellable();
}

bool FiberWaitList::wake_one() {
  if (first_ == nullptr) return false;
  Place& place = *first_;
  remove(place);
  place.served = true;
  place.fiber->resume();  // The place may be gone after this.
  return true;
}

// One by one: a fiber that runs at once may take others out or come back to the end.
void FiberWaitList::wake_all() {
  size_t count = 0;
  for (const Place* place = first_; place != nullptr; place = place->next) ++count;
  while (count-- > 0 && wake_one()) {
  }
}

FiberMutex::~FiberMutex() { SVC_CHECK(!locked_); }

void FiberMutex::lock() {
  if (try_lock()) return;
  if (waiters_.wait() == Wake::resumed) return;
  throw_cancelled();
  lock_uncancellable();
}

void FiberMutex::lock_uncancellable() {
  if (!try_lock()) waiters_.wait_uncancellable();
}

bool FiberMutex::try_lock() noexcept {
  if (locked_) return false;
  locked_ = true;
  return true;
}

void FiberMutex::unlock() {
  SVC_CHECK(locked_);
  if (waiters_.empty()) {
    locked_ = false;
  } else {
    waiters_.wake_one();
  }
}

Wake FiberCondition::wait(std::unique_lock<FiberMutex>& lock, std::optional<Instant> until) {
  SVC_CHECK(lock.owns_lock());
  lock.mutex()->unlock();
  const Wake wake = waiters_.wait(until);
  lock.mutex()->lock_uncancellable();
  if (wake == Wake::cancelled) throw_cancelled();
  return wake;
}

Wake FiberSemaphore::acquire(std::optional<Instant> until) {
  if (try_acquire()) return Wake::resumed;
  const Wake wake = waiters_.wait(until);
  if (wake == Wake::cancelled) throw_cancelled();
  return wake;
}

bool FiberSemaphore::try_acquire() noexcept {
  if (free_ == 0) return false;
  --free_;
  return true;
}

void FiberSemaphore::release() {
  if (!waiters_.wake_one()) ++free_;
}

}  // namespace svc
