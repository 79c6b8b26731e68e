// clock.h — time is passed in: real in programs, by hand in tests.
//
// Clock: CLOCK_MONOTONIC, which all processes of a host share, so an Instant that a worker writes
// into shared memory means the same to the master, and setting the wall clock changes nothing.
#pragma once

#include <chrono>

#include "core/base/api.h"

namespace svc {

using Instant = std::chrono::steady_clock::time_point;
using Duration = std::chrono::nanoseconds;
using namespace std::chrono_literals;

inline constexpr Instant kNever = Instant::max();

class SVC_API Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const noexcept = 0;

  static const Clock& steady() noexcept;  // CLOCK_MONOTONIC.
};

// Stands still until told otherwise. One thread.
class SVC_API FakeClock final : public Clock {
 public:
  explicit FakeClock(Instant start = Instant(1h)) noexcept : now_(start) {}
  Instant now() const noexcept override { return now_; }
  void advance(Duration by) noexcept { now_ += by; }

 private:
  Instant now_;
};

}  // namespace svc
