#include "core/board/latency.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(Latency, ABoundIsInItsOwnBucket) {
  EXPECT_EQ(latency_bucket(0ns), 0u);
  EXPECT_EQ(latency_bucket(100us), 0u);
  EXPECT_EQ(latency_bucket(100'001ns), 1u);
  EXPECT_EQ(latency_bucket(1ms), 3u);
  EXPECT_EQ(latency_bucket(30s), kLatencyBounds.size() - 1);
  EXPECT_EQ(latency_bucket(31s), kLatencyBuckets - 1);
}

TEST(Latency, TheBoundsAscend) {
  for (size_t i = 1; i < kLatencyBounds.size(); ++i)
    EXPECT_LT(kLatencyBounds[i - 1], kLatencyBounds[i]);
}

TEST(Latency, AQuantileLiesInTheBucketOfItsShare) {
  LatencyCounts counts{};
  EXPECT_FALSE(latency_quantile(counts, 0.5));
  counts[latency_bucket(4ms)] = 90;   // 2.5 ms to 5 ms.
  counts[latency_bucket(80ms)] = 10;  // 50 ms to 100 ms.
  EXPECT_EQ(latency_quantile(counts, 0.45), Duration(3750us));
  EXPECT_EQ(latency_quantile(counts, 0.9), Duration(5ms));
  EXPECT_EQ(latency_quantile(counts, 0.95), Duration(75ms));
  EXPECT_EQ(latency_quantile(counts, 1), Duration(100ms));
  EXPECT_EQ(latency_quantile(counts, 7), Duration(100ms));
}

TEST(Latency, NothingIsKnownBeyondTheLastBound) {
  LatencyCounts counts{};
  counts.back() = 3;
  EXPECT_EQ(latency_quantile(counts, 0.5), Duration(30s));
}

}  // namespace
}  // namespace svc
