#include "core/sdk/guards/gcra.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kNow = 100 * kSecond;

TEST(GcraTest, ABucketGivesItsBurstAndThenARateOfTokens) {
  const Gcra gcra = Gcra::of(10, 1s, 3);
  uint64_t tat = 0;
  for (const uint64_t left : {2u, 1u, 0u}) {
    const RateDecision decision = decide(gcra, tat, kNow);
    EXPECT_TRUE(decision.allowed);
    EXPECT_EQ(decision.remaining, left);
    tat = decision.next_tat_ns;
  }
  const RateDecision refused = decide(gcra, tat, kNow);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_ns, kSecond / 10);
  EXPECT_EQ(refused.reset_ns, 3 * kSecond / 10);
  EXPECT_FALSE(decide(gcra, tat, kNow + refused.retry_ns - 1).allowed);
  EXPECT_TRUE(decide(gcra, tat, kNow + refused.retry_ns).allowed);
}

TEST(GcraTest, IsExactOverManyTokens) {
  const Gcra gcra = Gcra::of(300, 1s, 20);
  uint64_t tat = 0;
  uint64_t allowed = 0;
  for (uint64_t now = kNow; now < kNow + 10 * kSecond; now += 100'000) {
    const RateDecision decision = decide(gcra, tat, now);
    if (decision.allowed) tat = decision.next_tat_ns, ++allowed;
  }
  EXPECT_NEAR(static_cast<double>(allowed), 3020, 1);
}

TEST(GcraTest, AWordThatIsNoMomentIsAnEmptyBucketAndNoBan) {
  const Gcra gcra = Gcra::of(1, 1s, 2);
  const RateDecision decision = decide(gcra, UINT64_MAX, kNow);
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(decision.retry_ns, kSecond);
  EXPECT_TRUE(decision.stores);
  EXPECT_EQ(decision.next_tat_ns, kNow + 2 * kSecond);
}

TEST(GcraTest, AProcessThatIsLateGivesNothingBack) {
  const Gcra gcra = Gcra::of(1, 1s, 2);
  const RateDecision decision = decide(gcra, kNow + 2 * kSecond, kNow - 5 * kSecond);
  EXPECT_FALSE(decision.allowed);
  EXPECT_FALSE(decision.stores);
  EXPECT_EQ(decision.remaining, 0u);
}

TEST(GcraTest, WhatCostsMoreThanTheBurstIsNeverAllowed) {
  const RateDecision decision = decide(Gcra::of(1, 1s, 2), 0, kNow, 3);
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(decision.retry_ns, 0u);
  EXPECT_EQ(decision.remaining, 2u);
}

}  // namespace
}  // namespace svc
