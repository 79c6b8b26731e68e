// What decides about calls to others: waits, budget, breaker, balance, retries. All with a clock
// that is passed in.
#include <gtest/gtest.h>

#include "core/sdk/client/backoff.h"
#include "core/sdk/client/balancer.h"
#include "core/sdk/client/breaker.h"
#include "core/sdk/client/budget.h"
#include "core/sdk/client/retry.h"

namespace svc {
namespace {

constexpr Instant kStart(1h);

TEST(Backoff, DoublesUpToItsBoundAndIsDrawnBelowIt) {
  const BackoffPolicy policy{.first = 100ms, .max = 1s};
  EXPECT_EQ(backoff_before(1, policy, 0.5), 50ms);
  EXPECT_EQ(backoff_before(2, policy, 0.5), 100ms);
  EXPECT_EQ(backoff_before(4, policy, 0.5), 400ms);
  EXPECT_EQ(backoff_before(5, policy, 0.5), 500ms);
  EXPECT_EQ(backoff_before(500, policy, 0.5), 500ms);
  EXPECT_EQ(backoff_before(3, policy, 0), 0ms);
  EXPECT_EQ(backoff_before(1, {.first = 5s, .max = 1s}, 1.0), 1s);
}

TEST(RetryBudget, IsAShareOfTheCallsAndAnAllowance) {
  RetryBudget budget({.percent = 20, .per_second = 1});
  int allowed = 0;
  for (int i = 0; i < 100; ++i) {
    budget.call(kStart);
    allowed += budget.try_retry(kStart);
  }
  EXPECT_EQ(allowed, 20 + 10);  // The allowance of the whole window is there at once.
}

TEST(RetryBudget, ForgetsAfterItsWindow) {
  RetryBudget budget({.percent = 100, .per_second = 0});
  budget.call(kStart);
  EXPECT_TRUE(budget.try_retry(kStart + 9s));
  EXPECT_FALSE(budget.try_retry(kStart + 9s));
  EXPECT_EQ(budget.left(kStart + 10s), -100);  // Spent later than earned.
  EXPECT_EQ(budget.left(kStart + 19s), 0);
  EXPECT_FALSE(budget.try_retry(kStart + 60s));
}

TEST(CircuitBreaker, OpensAfterFailuresInARowAndClosesAfterAProbe) {
  CircuitBreaker breaker({.failures_in_row = 3, .open_first = 1s});
  for (int i = 0; i < 3; ++i) breaker.failed(breaker.admit(kStart), kStart);
  EXPECT_EQ(breaker.state(kStart), BreakerState::open);
  const auto refused = breaker.admit(kStart + 400ms);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_after, 600ms);

  const auto probe = breaker.admit(kStart + 1s);
  EXPECT_TRUE(probe.allowed);
  EXPECT_TRUE(probe.probe);
  EXPECT_EQ(breaker.state(kStart + 1s), BreakerState::half_open);
  EXPECT_FALSE(breaker.admit(kStart + 1s).allowed);  // One at a time.
  breaker.succeeded(probe, kStart + 1s);
  EXPECT_EQ(breaker.state(kStart + 1s), BreakerState::closed);
  EXPECT_TRUE(breaker.admit(kStart + 1s).allowed);
  EXPECT_EQ(breaker.opened(), 1u);
}

TEST(CircuitBreaker, StaysOpenTwiceAsLongAfterEachFailedProbe) {
  CircuitBreaker breaker({.failures_in_row = 1, .open_first = 1s, .open_max = 3s});
  breaker.failed(breaker.admit(kStart), kStart);
  Instant now = kStart;
  for (const Duration open : {Duration(1s), Duration(2s), Duration(3s), Duration(3s)}) {
    EXPECT_EQ(breaker.admit(now).retry_after, open);
    EXPECT_FALSE(breaker.admit(now + open - 1ns).allowed);
    now += open;
    breaker.failed(breaker.admit(now), now);
  }
}

TEST(CircuitBreaker, OpensAtAShareOfFailuresOnceThereAreEnoughCalls) {
  CircuitBreaker breaker({.failures_in_row = 1000, .failure_percent = 50, .calls_min = 10});
  for (int i = 0; i < 4; ++i) breaker.failed(breaker.admit(kStart), kStart);
  for (int i = 0; i < 5; ++i) breaker.succeeded(breaker.admit(kStart), kStart);
  EXPECT_EQ(breaker.state(kStart), BreakerState::closed);
  breaker.failed(breaker.admit(kStart), kStart);
  EXPECT_EQ(breaker.state(kStart), BreakerState::open);
}

TEST(CircuitBreaker, ForgetsFailuresOutsideOfItsWindow) {
  CircuitBreaker breaker({.failures_in_row = 1000, .failure_percent = 50, .calls_min = 10});
  for (int i = 0; i < 9; ++i) breaker.failed(breaker.admit(kStart), kStart);
  breaker.failed(breaker.admit(kStart + 10s), kStart + 10s);
  EXPECT_EQ(breaker.state(kStart + 10s), BreakerState::closed);
}

TEST(CircuitBreaker, HearsNothingFromCallsThatBeganBeforeItOpened) {
  CircuitBreaker breaker({.failures_in_row = 1, .open_first = 1s});
  const auto slow = breaker.admit(kStart);
  breaker.failed(breaker.admit(kStart), kStart);
  const auto probe = breaker.admit(kStart + 1s);
  breaker.succeeded(slow, kStart + 1s);
  EXPECT_EQ(breaker.state(kStart + 1s), BreakerState::half_open);
  breaker.failed(slow, kStart + 1s);
  EXPECT_EQ(breaker.state(kStart + 1s), BreakerState::half_open);
  breaker.succeeded(probe, kStart + 1s);
  EXPECT_EQ(breaker.state(kStart + 1s), BreakerState::closed);
}

TEST(CircuitBreaker, AnAbandonedProbeMakesRoomForAnother) {
  CircuitBreaker breaker({.failures_in_row = 1, .open_first = 1s});
  breaker.failed(breaker.admit(kStart), kStart);
  const auto probe = breaker.admit(kStart + 1s);
  breaker.abandoned(probe);
  EXPECT_TRUE(breaker.admit(kStart + 1s).probe);
}

TEST(CircuitBreaker, NeverOpensWithoutALimit) {
  CircuitBreaker breaker({.failures_in_row = 0});
  for (int i = 0; i < 100; ++i) breaker.failed(breaker.admit(kStart), kStart);
  EXPECT_TRUE(breaker.admit(kStart).allowed);
}

TEST(Balancer, TakesTurnsAndAvoidsWhatHasBeenTried) {
  Balancer balancer(3, {});
  EXPECT_EQ(balancer.pick({}, kStart), 0u);
  EXPECT_EQ(balancer.pick({}, kStart), 1u);
  const size_t tried[] = {2};
  EXPECT_EQ(balancer.pick(tried, kStart), 0u);
  const size_t all[] = {0, 1, 2};
  EXPECT_EQ(balancer.pick(all, kStart), 1u);  // Rather again than not at all.
}

TEST(Balancer, FindsTheLeastLoaded) {
  Balancer balancer(3, {.balance = Balance::least_loaded});
  EXPECT_EQ(balancer.pick({}, kStart), 0u);
  EXPECT_EQ(balancer.pick({}, kStart), 1u);
  EXPECT_EQ(balancer.pick({}, kStart), 2u);
  balancer.end(1, Balancer::Outcome::succeeded, kStart);
  EXPECT_EQ(balancer.pick({}, kStart), 1u);
}

void fail_times(Balancer& balancer, size_t endpoint, int times, Instant now) {
  std::vector<size_t> others;
  for (size_t i = 0; i < balancer.size(); ++i)
    if (i != endpoint) others.push_back(i);
  for (int i = 0; i < times; ++i)
    balancer.end(balancer.pick(others, now), Balancer::Outcome::failed, now);
}

TEST(Balancer, EjectsWhatFailsForLongerEachTime) {
  Balancer balancer(3, {.failures_in_row = 2, .eject_first = 5s, .eject_max = 8s});
  fail_times(balancer, 1, 2, kStart);
  EXPECT_EQ(balancer.ejected(kStart), 1u);
  for (int i = 0; i < 6; ++i) EXPECT_NE(balancer.pick({}, kStart), 1u);
  EXPECT_EQ(balancer.ejected(kStart + 5s), 0u);
  fail_times(balancer, 1, 2, kStart + 5s);
  EXPECT_EQ(balancer.ejected(kStart + 12s), 1u);
  EXPECT_EQ(balancer.ejected(kStart + 13s), 0u);
}

TEST(Balancer, EjectsAtMostHalf) {
  Balancer balancer(3, {.failures_in_row = 1});
  for (size_t i = 0; i < 3; ++i) fail_times(balancer, i, 3, kStart);
  EXPECT_EQ(balancer.ejected(kStart), 1u);
  Balancer lonely(1, {.failures_in_row = 1});
  fail_times(lonely, 0, 3, kStart);
  EXPECT_EQ(lonely.ejected(kStart), 0u);
}

RetryFacts facts(bool idempotent) {
  return {.attempt = 1, .attempts_max = 3, .idempotent = idempotent, .left = 10s, .unit = 0.5};
}

bool retried(const AttemptEnd& end, const RetryFacts& facts) {
  return decide_retry(end, facts, {}).retry;
}

TEST(Retry, OnlyWhatCantHaveHappenedOrMeansTheSameTwice) {
  EXPECT_TRUE(retried({.reached = false}, facts(false)));
  EXPECT_FALSE(retried({.reached = true}, facts(false)));
  EXPECT_TRUE(retried({.reached = true}, facts(true)));
  EXPECT_FALSE(retried({.reached = true, .hopeless = true}, facts(true)));
  EXPECT_TRUE(retried({.status = 503, .reached = true}, facts(true)));
  EXPECT_TRUE(retried({.status = 502, .reached = true}, facts(true)));
  EXPECT_FALSE(retried({.status = 500, .reached = true}, facts(true)));
  EXPECT_FALSE(retried({.status = 404, .reached = true}, facts(true)));
  EXPECT_FALSE(retried({.status = 503, .reached = true}, facts(false)));
}

TEST(Retry, WhatTheUpstreamAsksFor) {
  EXPECT_TRUE(retried({.status = 503, .reached = true, .retry_after = 1s}, facts(false)));
  EXPECT_TRUE(retried({.status = 429, .reached = true, .retry_after = 1s}, facts(false)));
  EXPECT_FALSE(retried({.status = 429, .reached = true}, facts(true)));
  EXPECT_FALSE(retried({.status = 502, .reached = true, .retry_after = 1s}, facts(false)));
  EXPECT_EQ(decide_retry({.status = 503, .retry_after = 3s}, facts(false), {}).wait, 3s);
  auto patient = facts(true);
  patient.left = 1h;
  EXPECT_FALSE(retried({.status = 503, .retry_after = 11s}, patient));
}

TEST(Retry, NotBeyondAttemptsDeadlineAndBody) {
  auto last = facts(true);
  last.attempt = 3;
  EXPECT_FALSE(retried({}, last));
  auto late = facts(true);
  late.left = 5ms;
  EXPECT_FALSE(retried({}, late));
  EXPECT_FALSE(retried({.status = 503, .retry_after = 10s}, facts(true)));
  auto spent = facts(true);
  spent.body_spent = true;
  EXPECT_FALSE(retried({}, spent));
}

TEST(Retry, KnowsIdempotentMethods) {
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    EXPECT_TRUE(is_idempotent(method)) << method;
  for (const char* method : {"POST", "PATCH", "get", ""})
    EXPECT_FALSE(is_idempotent(method)) << method;
}

constexpr int64_t kNov1994 = 784'111'777;  // Sun, 06 Nov 1994 08:49:37 GMT

TEST(RetryAfter, IsANumberOfSeconds) {
  EXPECT_EQ(parse_retry_after("120", "", kNov1994), 120s);
  EXPECT_EQ(parse_retry_after("0", "", kNov1994), 0s);
  EXPECT_GT(parse_retry_after("99999999999999999999", "", kNov1994), 24h) << "far off, not none";
  for (const char* wrong : {"", "-1", "+1", "1.5", "1 s", "0x1", "soon"})
    EXPECT_EQ(parse_retry_after(wrong, "", kNov1994), std::nullopt) << wrong;
}

TEST(RetryAfter, IsADateInAnyOfThreeForms) {
  for (const char* date : {"Sun, 06 Nov 1994 08:49:42 GMT", "Sunday, 06-Nov-94 08:49:42 GMT",
                           "Sun Nov  6 08:49:42 1994"}) {
    EXPECT_EQ(parse_retry_after(date, "", kNov1994), 5s) << date;
    EXPECT_EQ(parse_retry_after(date, "", kNov1994 + 60), 0s) << date << " has passed";
    // The upstream's clock is an hour ahead of ours, or a year behind: it's its own that counts.
    EXPECT_EQ(parse_retry_after(date, "Sun, 06 Nov 1994 08:49:40 GMT", kNov1994 - 3600), 2s);
    EXPECT_EQ(parse_retry_after(date, "Sun, 06 Nov 1994 08:49:40 GMT", kNov1994 + 31'536'000), 2s);
    EXPECT_EQ(parse_retry_after(date, "yesterday", kNov1994), 5s) << "a Date that is none";
  }
  EXPECT_GT(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", "", kNov1994), 24h);
  EXPECT_EQ(parse_retry_after("Sun, 31 Nov 1994 08:49:37 GMT", "", kNov1994), std::nullopt);
}

}  // namespace
}  // namespace svc
