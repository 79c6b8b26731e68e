// gcra.h — one decision of a rate limit: the generic cell rate algorithm, a token bucket in one
// number.
//
// Why this form: a bucket's whole state is one moment, the "theoretical arrival time" (TAT) at
// which it would be full again. So a decision is one compare-and-swap of 64 bits, nothing has to be
// refilled by a timer, a moment that has passed is the same as a bucket that was never used, and a
// process that dies between two instructions leaves a bucket that is right.
//
// Pure: nanoseconds of CLOCK_MONOTONIC are passed in.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "core/base/clock.h"

namespace svc {

struct Gcra {
  uint64_t interval_ns = 0;  // Between two tokens.
  uint64_t burst = 1;        // What the bucket holds.

  // `count` tokens in `period`, at most `burst` at once. REQUIRES: all above 0; the bounds of
  // RateLimit (rate_limit.h) keep interval_ns * burst below 2^62.
  static constexpr Gcra of(uint64_t count, Duration period, uint64_t burst) noexcept {
    const auto period_ns = static_cast<uint64_t>(period.count());
    return {std::max<uint64_t>(1, (period_ns + count / 2) / count), burst};
  }
  constexpr uint64_t depth_ns() const noexcept { return interval_ns * burst; }
};

struct RateDecision {
  bool allowed = false;
  bool stores = false;     // next_tat_ns is to be stored.
  uint64_t remaining = 0;  // Tokens that are left.
  uint64_t retry_ns = 0;   // Refused: when to come again. 0: never, the cost is above the burst.
  uint64_t reset_ns = 0;   // Until the bucket is full.
  uint64_t next_tat_ns = 0;
};

// How late a process may be between looking at the clock and deciding, and still be believed.
inline constexpr uint64_t kLatenessMaxNs = 60'000'000'000;

constexpr RateDecision decide(const Gcra& gcra, uint64_t tat_ns, uint64_t now_ns,
                              uint64_t cost = 1) noexcept {
  const uint64_t depth = gcra.depth_ns();
  RateDecision decision;
  uint64_t used = tat_ns > now_ns ? tat_ns - now_ns : 0;
  // A word that somebody scribbled on, or that was written under a slower rate before a reload, is
  // an empty bucket and not a ban for ever.
  if (used > depth + kLatenessMaxNs) {
    used = depth;
    decision.stores = true;
  }
  const uint64_t price = cost * gcra.interval_ns;
  if (cost <= gcra.burst) {
    decision.allowed = used + price <= depth;
    decision.retry_ns = decision.allowed ? 0 : used + price - depth;
  }
  if (decision.allowed) {
    used += price;
    decision.stores = true;
  }
  decision.reset_ns = used;
  decision.remaining = used < depth ? (depth - used) / gcra.interval_ns : 0;
  decision.next_tat_ns = now_ns + used;
  return decision;
}

}  // namespace svc
