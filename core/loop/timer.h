// timer.h — a moment at which a function is called, and the heap that knows the next one.
//
// Why a heap with late corrections: nearly every timer of a server is a timeout that does not
// happen. It is pushed further away at each step of a request and finally disarmed, so those two
// must be a store, and the heap is put in order only when a moment that was once wanted comes.
//
// Threads: the loop's. Clock: none; the loop says what time it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/base/clock.h"

namespace svc {

class EventLoop;
class TimerHeap;

// Calls a function once, at a moment. Disarms itself when destroyed. The function may re-arm,
// disarm and destroy any timer, its own included; having destroyed its own, it must not touch its
// captures.
class SVC_API Timer {
 public:
  explicit Timer(std::function<void()> on_due) : on_due_(std::move(on_due)) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer();

  // Replaces an earlier moment. One that has passed is due in this turn, or in the next one if the
  // timers of this turn have been taken already. Later than before: a store; sooner: O(log n).
  void arm(EventLoop& loop, Instant due);
  void disarm() noexcept {
    if (armed_) take_back();
  }
  bool armed() const noexcept { return armed_; }
  Instant due() const noexcept { return due_; }  // REQUIRES: armed().

 private:
  void take_back() noexcept;  // REQUIRES: armed().
  friend class TimerHeap;
  enum class Place : uint8_t { nowhere, heap, due };  // due: taken out to be called in this turn.

  std::function<void()> on_due_;
  TimerHeap* heap_ = nullptr;  // Where it stands, armed or not; nullptr: nowhere.
  Instant due_{};              // When it is wanted.
  Instant key_{};              // Its order in the heap: never later than due_ while armed.
  uint32_t position_ = 0;      // In the heap or in the list of due ones.
  Place place_ = Place::nowhere;
  bool armed_ = false;
};

// The timers of one loop. Disarmed ones may be left in it until their moment comes.
class TimerHeap {
 public:
  TimerHeap() = default;
  TimerHeap(const TimerHeap&) = delete;
  TimerHeap& operator=(const TimerHeap&) = delete;
  ~TimerHeap();  // Forgets what is still in it: those timers are disarmed.

  size_t armed() const noexcept { return armed_; }
  // No timer is due before this. Nullopt: none is armed.
  std::optional<Instant> next() const noexcept;
  // Calls the timers that are due at `now`, the earliest first; what they arm waits for another
  // call.
  void run_due(Instant now) noexcept;

 private:
  friend class Timer;

  void insert(Timer& timer);
  void hasten(Timer& timer) noexcept;  // Its key has become earlier.
  void remove(Timer& timer) noexcept;  // From the heap or from the list of due ones.
  void take_due(Instant now);
  void place(Timer& timer, size_t at) noexcept;
  void sift_up(size_t at) noexcept;
  void sift_down(size_t at) noexcept;

  std::vector<Timer*> heap_;  // Binary heap on key_.
  std::vector<Timer*> due_;   // Being called; nullptr where one was disarmed meanwhile.
  size_t armed_ = 0;
};

}  // namespace svc
