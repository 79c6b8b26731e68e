#include "core/loop/timer.h"

#include "core/base/check.h"
#include "core/loop/event_loop.h"

namespace svc {

Timer::~Timer() {
  disarm();
  if (heap_ != nullptr) heap_->remove(*this);
}

void Timer::arm(EventLoop& loop, Instant due) {
  TimerHeap& heap = loop.timer_heap();
  // Being called or on another loop: what was planned there is over.
  if (place_ == Place::due || (heap_ != nullptr && heap_ != &heap)) {
    disarm();
    if (heap_ != nullptr) heap_->remove(*this);
  }
  due_ = due;
  if (place_ == Place::nowhere) {
    heap.insert(*this);
  } else if (due < key_) {
    heap.hasten(*this);
  }
  if (!armed_) ++heap.armed_;
  armed_ = true;
}

void Timer::take_back() noexcept {
  armed_ = false;
  --heap_->armed_;
  // In the heap it may stay until its moment: the next arm() is likely to be a later one.
  if (place_ == Place::due) heap_->remove(*this);
}

TimerHeap::~TimerHeap() {
  for (Timer* timer : heap_) {
    timer->armed_ = false;
    timer->heap_ = nullptr;
    timer->place_ = Timer::Place::nowhere;
  }
}

std::optional<Instant> TimerHeap::next() const noexcept {
  if (armed_ == 0) return std::nullopt;
  return heap_.front()->key_;
}

void TimerHeap::insert(Timer& timer) {
  heap_.push_back(&timer);
  timer.key_ = timer.due_;
  timer.heap_ = this;
  timer.place_ = Timer::Place::heap;
  place(timer, heap_.size() - 1);
  sift_up(heap_.size() - 1);
}

void TimerHeap::hasten(Timer& timer) noexcept {
  timer.key_ = timer.due_;
  sift_up(timer.position_);
}

void TimerHeap::remove(Timer& timer) noexcept {
  SVC_CHECK(timer.heap_ == this);
  const size_t at = timer.position_;
  timer.heap_ = nullptr;
  if (std::exchange(timer.place_, Timer::Place::nowhere) == Timer::Place::due) {
    due_[at] = nullptr;
    return;
  }
  Timer& last = *heap_.back();
  heap_.pop_back();
  if (&last == &timer) return;
  place(last, at);
  sift_up(at);
  sift_down(last.position_);
}

// Moves out what is due before anything is called: a timer that re-arms itself for now must not
// keep the turn from ending. Those that were put off or disarmed since get their proper place here.
void TimerHeap::take_due(Instant now) {
  while (!heap_.empty() && heap_.front()->key_ <= now) {
    Timer& timer = *heap_.front();
    if (timer.armed_ && timer.due_ > timer.key_) {
      timer.key_ = timer.due_;
      sift_down(0);
      continue;
    }
    remove(timer);
    if (!timer.armed_) continue;
    timer.heap_ = this;
    timer.place_ = Timer::Place::due;
    timer.position_ = static_cast<uint32_t>(due_.size());
    due_.push_back(&timer);
  }
}

void TimerHeap::run_due(Instant now) noexcept {
  take_due(now);
  for (size_t i = 0; i < due_.size(); ++i) {
    Timer* const timer = due_[i];
    if (timer == nullptr) continue;
    timer->armed_ = false;
    --armed_;
    remove(*timer);
    timer->on_due_();  // The timer may be gone after this.
  }
  due_.clear();
}

void TimerHeap::place(Timer& timer, size_t at) noexcept {
  heap_[at] = &timer;
  timer.position_ = static_cast<uint32_t>(at);
}

void TimerHeap::sift_up(size_t at) noexcept {
  Timer& timer = *heap_[at];
  while (at > 0) {
    const size_t parent = (at - 1) / 2;
    if (heap_[parent]->key_ <= timer.key_) break;
    place(*heap_[parent], at);
    at = parent;
  }
  place(timer, at);
}

void TimerHeap::sift_down(size_t at) noexcept {
  Timer& timer = *heap_[at];
  const size_t count = heap_.size();
  for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
    if (child + 1 < count && heap_[child + 1]->key_ < heap_[child]->key_) ++child;
    if (timer.key_ <= heap_[child]->key_) break;
    place(*heap_[child], at);
    at = child;
  }
  place(timer, at);
}

}  // namespace svc
