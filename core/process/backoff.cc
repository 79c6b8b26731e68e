#include "core/process/backoff.h"

#include <algorithm>

namespace svc {

Duration backoff_delay(unsigned failures, const BackoffPolicy& policy, double random) noexcept {
  constexpr double kSpread = 0.1;
  if (failures <= 1) return Duration::zero();
  Duration delay = policy.initial;
  for (unsigned i = 2; i < failures && delay < policy.max; ++i) delay *= 2;
  delay = std::min(delay, policy.max);
  return std::chrono::duration_cast<Duration>(delay * (1.0 - kSpread + 2 * kSpread * random));
}

Instant RespawnBudget::take(Instant now) noexcept {
  constexpr Duration kStep = Duration(1s) / kPerSecond;
  constexpr Duration kTolerance = kStep * (kBurst - 1);
  next_ = std::max(next_, now - kTolerance);
  const Instant due = std::max(now, next_);
  next_ += kStep;
  return due;
}

}  // namespace svc
