#include "core/loop/offload_queue.h"

#include <algorithm>
#include <utility>

namespace svc {

OffloadQueue::Admission OffloadQueue::push(OffloadJob& job, size_t startable) {
  const std::scoped_lock lock(mutex_);
  if (closed_) return Admission::closed;
  // A job that a thread is about to take does not count as one that waits.
  if (waiting_.size() >= waiting_max_ + free_ + startable) return Admission::full;
  waiting_.push_back(&job);
  if (waiting_.size() > free_) return Admission::wants_thread;
  work_.notify_one();
  return Admission::taken;
}

void OffloadQueue::add_thread() {
  const std::scoped_lock lock(mutex_);
  ++free_;
}

void OffloadQueue::remove_thread() {
  const std::scoped_lock lock(mutex_);
  --free_;
}

bool OffloadQueue::withdraw(OffloadJob& job) {
  const std::scoped_lock lock(mutex_);
  const auto at = std::ranges::find(waiting_, &job);
  if (at == waiting_.end()) return false;
  waiting_.erase(at);
  return true;
}

OffloadJob* OffloadQueue::take() {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
  if (waiting_.empty()) return nullptr;
  OffloadJob* const job = waiting_.front();
  waiting_.pop_front();
  --free_;
  ++running_;
  return job;
}

void OffloadQueue::finish(OffloadJob& job) {
  const std::scoped_lock lock(mutex_);
  --running_;
  ++free_;
  job.ended = true;
  announce(job);
}

void OffloadQueue::call(OffloadJob& job, OffloadJob::Function& function) {
  std::unique_lock lock(mutex_);
  job.call = &function;
  job.call_answered = false;
  announce(job);
  job.answered.wait(lock, [&] { return job.call_answered; });
  job.call = nullptr;
  if (job.call_failure) std::rethrow_exception(std::exchange(job.call_failure, nullptr));
}

void OffloadQueue::answer(OffloadJob& job, std::exception_ptr failure) {
  const std::scoped_lock lock(mutex_);
  job.call_failure = std::move(failure);
  job.call_answered = true;
  job.answered.notify_one();
}

// One post for all the news that comes before the loop looks.
void OffloadQueue::announce(OffloadJob& job) {
  job.next_news = nullptr;
  if (first_news_ != nullptr) {
    last_news_ = last_news_->next_news = &job;
    return;
  }
  first_news_ = last_news_ = &job;
  news_.notify_one();
  loop_.post([self = shared_from_this()] { self->deliver(); });
}

void OffloadQueue::deliver() {
  OffloadJob* job = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    job = std::exchange(first_news_, nullptr);
  }
  while (job != nullptr) {
    OffloadJob* const next = job->next_news;
    job->told = true;
    job->fiber.resume();  // The job may be gone after this.
    job = next;
  }
}

void OffloadQueue::wait_for_news() {
  std::unique_lock lock(mutex_);
  news_.wait(lock, [this] { return first_news_ != nullptr; });
}

void OffloadQueue::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  work_.notify_all();
}

size_t OffloadQueue::waiting() const {
  const std::scoped_lock lock(mutex_);
  return waiting_.size();
}

std::optional<Instant> OffloadQueue::waiting_since() const {
  const std::scoped_lock lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front()->asked;
}

size_t OffloadQueue::running() const {
  const std::scoped_lock lock(mutex_);
  return running_;
}

}  // namespace svc
