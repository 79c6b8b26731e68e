// backoff.h — how long to wait before a call is tried again: exponential, with full jitter.
//
// Why full jitter: clients that failed together and wait equally long come back together, which
// is what felled the upstream. A wait drawn evenly from zero to the bound spreads them best (M.
// Brooker, "Exponential backoff and jitter", 2015).
#pragma once

#include <cstddef>

#include "core/base/clock.h"

namespace svc {

struct BackoffPolicy {
  Duration first = 25ms;  // The bound before the first retry; doubles with each.
  Duration max = 1s;
};

// Before retry number `retry` (from 1). `unit` is a random number, 0 ≤ unit < 1.
Duration backoff_before(size_t retry, const BackoffPolicy& policy, double unit) noexcept;

}  // namespace svc
