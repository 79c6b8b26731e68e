// latency.h — how long requests took, as counts in buckets, and the percentiles read off them.
//
// Why buckets: counts of many workers add up, and so do those of a worker and its successors;
// percentiles don't. One scale for all routes, so that they can be compared: 1, 2.5, 5 in each
// decade from 100 µs (a handler that only computes) to 30 s (the default request_timeout), and one
// for what took longer.
//
// Threads: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/api.h"
#include "core/base/clock.h"

namespace svc {

// A request belongs to the first bucket whose bound it doesn't exceed; behind the last: one more.
inline constexpr std::array<Duration, 17> kLatencyBounds = {
    100us, 250us, 500us, 1ms, 2500us, 5ms, 10ms, 25ms, 50ms,
    100ms, 250ms, 500ms, 1s,  2500ms, 5s,  10s,  30s};
inline constexpr size_t kLatencyBuckets = kLatencyBounds.size() + 1;

using LatencyCounts = std::array<uint64_t, kLatencyBuckets>;

inline size_t latency_bucket(Duration took) noexcept {
  size_t bucket = 0;
  while (bucket < kLatencyBounds.size() && took > kLatencyBounds[bucket]) ++bucket;
  return bucket;
}

// The time that `share` (0 to 1) of the requests did not exceed, as if they were spread evenly over
// their bucket; beyond the last bound: that bound. nullopt: there were none.
SVC_API std::optional<Duration> latency_quantile(const LatencyCounts& counts,
                                                 double share) noexcept;

}  // namespace svc
