#include "core/sdk/sync.h"

#include <utility>

#include "core/loop/offload.h"

namespace svc {
namespace {

// Wake::cancelled only where Cancelled can't be thrown: the caller unwinds, and has not got it.
bool was_resumed(Wake wake) noexcept { return wake == Wake::resumed; }

// The caller's lock for the time of a wait; it is the caller's again however that ends.
class BorrowedLock {
 public:
  explicit BorrowedLock(FiberMutex& mutex) : lock_(mutex, std::adopt_lock) {}
  ~BorrowedLock() { lock_.release(); }
  BorrowedLock(const BorrowedLock&) = delete;
  BorrowedLock& operator=(const BorrowedLock&) = delete;
  std::unique_lock<FiberMutex>& get() noexcept { return lock_; }

 private:
  std::unique_lock<FiberMutex> lock_;
};

}  // namespace

void Mutex::lock() {
  OffloadPool::on_loop([this] {
    if (!mutex_.try_lock()) mutex_.lock();
  });
}
bool Mutex::try_lock() {
  return OffloadPool::on_loop([this] { return mutex_.try_lock(); });
}
void Mutex::unlock() {
  OffloadPool::on_loop([this] { mutex_.unlock(); });
}

bool Condition::wait(std::unique_lock<Mutex>& lock, std::optional<Instant> until) {
  return OffloadPool::on_loop([&] {
    BorrowedLock borrowed(lock.mutex()->mutex_);
    return was_resumed(condition_.wait(borrowed.get(), until));
  });
}
void Condition::notify_one() {
  OffloadPool::on_loop([this] { condition_.notify_one(); });
}
void Condition::notify_all() {
  OffloadPool::on_loop([this] { condition_.notify_all(); });
}

bool Semaphore::acquire(std::optional<Instant> until) {
  return OffloadPool::on_loop(
      [&] { return semaphore_.try_acquire() || was_resumed(semaphore_.acquire(until)); });
}
bool Semaphore::try_acquire() {
  return OffloadPool::on_loop([this] { return semaphore_.try_acquire(); });
}
void Semaphore::release() {
  OffloadPool::on_loop([this] { semaphore_.release(); });
}

}  // namespace svc
