#include "core/process/backoff.h"

#include <gtest/gtest.h>

#include <vector>

namespace svc {
namespace {

constexpr Instant kStart{1h};

TEST(Backoff, FirstAtOnceThenDoublingToTheMaximum) {
  const BackoffPolicy policy;
  const std::vector<Duration> expected = {0s, 500ms, 1s, 2s, 4s, 8s, 16s, 30s, 30s};
  for (unsigned failures = 1; failures <= expected.size(); ++failures)
    EXPECT_EQ(backoff_delay(failures, policy, 0.5), expected[failures - 1]) << failures;
}

TEST(Backoff, IsSpreadByATenth) {
  const BackoffPolicy policy;
  EXPECT_EQ(backoff_delay(3, policy, 0.0), 900ms);
  EXPECT_LT(backoff_delay(3, policy, 0.999), 1100ms);
  EXPECT_GT(backoff_delay(3, policy, 0.999), 1090ms);
}

TEST(Backoff, StaysBoundedAfterManyFailures) {
  EXPECT_EQ(backoff_delay(1'000'000, {.initial = 1ms, .max = 24h}, 0.5), 24h);
  EXPECT_EQ(backoff_delay(2, {.initial = 10s, .max = 1s}, 0.5), 1s);
}

TEST(Backoff, ForksAtMostFifteenTimesInTheFirstMinute) {
  const BackoffPolicy policy;
  Duration at = 0s;
  int forks = 1;
  for (unsigned failures = 1;; ++failures) {
    at += backoff_delay(failures, policy, 0.0);
    if (at >= 1min) break;
    ++forks;
  }
  EXPECT_LE(forks, 15);
}

TEST(RespawnBudget, GivesABurstThenTwentyASecond) {
  RespawnBudget budget;
  for (int i = 0; i < RespawnBudget::kBurst; ++i) EXPECT_EQ(budget.take(kStart), kStart) << i;
  EXPECT_EQ(budget.take(kStart), kStart + 50ms);
  EXPECT_EQ(budget.take(kStart), kStart + 100ms);
}

TEST(RespawnBudget, FillsUpAgain) {
  RespawnBudget budget;
  for (int i = 0; i < 100; ++i) budget.take(kStart);
  for (int i = 0; i < RespawnBudget::kBurst; ++i)
    EXPECT_EQ(budget.take(kStart + 10s), kStart + 10s);
}

TEST(RespawnBudget, LetsNoMoreThanItsRateThrough) {
  RespawnBudget budget;
  int within = 0;
  for (Instant now = kStart; now < kStart + 10s; now += 1ms)
    within += budget.take(now) <= kStart + 10s;
  EXPECT_LE(within, 10 * RespawnBudget::kPerSecond + RespawnBudget::kBurst);
}

}  // namespace
}  // namespace svc
