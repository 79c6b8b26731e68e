// autoscale.h — how many workers a service with `workers = {min, max}` should have: from how busy
// they are, a pure function of samples and time.
//
// Why slow down and quick up: too few workers cost latency at once, too many cost memory only.
// Hysteresis: it shrinks only if those who are left would still be far from the limit at which it
// grows, and both need their load to last; else it would swing.
//
// Process: the master. Clock: passed in.
#pragma once

#include <cstddef>
#include <optional>

#include "core/base/clock.h"

namespace svc {

class Autoscale {
 public:
  static constexpr double kBusy = 0.75;       // Mean share of time: more, and it grows …
  static constexpr double kIdle = 0.5;        // … one fewer would still have less: it shrinks.
  static constexpr Duration kLagMax = 100ms;  // An event that waits so long is as bad.
  static constexpr Duration kGrowAfter = 3s;  // Of such load; and between two steps.
  static constexpr Duration kShrinkAfter = 15s;
  static constexpr size_t kGrowShare = 4;  // By a quarter at a time, one at least.

  Autoscale(size_t min, size_t max) noexcept : min_(min), max_(max) {}

  struct Load {
    double busy = 0;  // Mean over the workers: of a loop's time or a pool's threads, the larger.
    Duration lag{};   // The longest turn of any loop.
  };
  // A sample of `workers` that serve, once a second or so. Returns another number if there should
  // be one: within min and max.
  std::optional<size_t> look(size_t workers, const Load& load, Instant now) noexcept;

 private:
  // Since when it has been so, without a break.
  static bool lasts(bool so, std::optional<Instant>& since, Duration time, Instant now) noexcept;
  size_t step(size_t workers, bool grow) noexcept;

  size_t min_, max_;
  std::optional<Instant> busy_since_, idle_since_;
};

}  // namespace svc
