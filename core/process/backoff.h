// backoff.h — how fast dead workers are replaced: two bounds, both plain values without a clock.
//
// Why two: a worker that never gets ready would be forked as fast as the machine can (so the waits
// grow), while one that is killed by a request must be back at once (so only the rate is bounded).
#pragma once

#include <cstdint>

#include "core/base/clock.h"

namespace svc {

struct BackoffPolicy {
  Duration initial = 500ms;
  Duration max = 30s;
};

// The wait before the next attempt after `failures` failed ones in a row: nothing for the first,
// then policy.initial, doubling to policy.max. `random` in [0, 1) spreads it by a tenth either way,
// so that the workers of a service don't fail in step.
Duration backoff_delay(unsigned failures, const BackoffPolicy& policy, double random) noexcept;

// At most kPerSecond on average, kBurst at a time.
class RespawnBudget {
 public:
  static constexpr int kPerSecond = 20;
  static constexpr int kBurst = 20;

  // Takes one; returns when it may be used: now, or the moment at which there is one again.
  Instant take(Instant now) noexcept;

 private:
  Instant next_{};  // When the next one would be due if they came in step (GCRA, ITU-T I.371).
};

}  // namespace svc
