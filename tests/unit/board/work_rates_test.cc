// Rates between two looks at the counters, and over the last seconds.
#include "core/board/work_rates.h"

#include <gtest/gtest.h>

#include <vector>

namespace svc {
namespace {

WorkSample sample(Duration at, uint64_t answered, uint64_t errors = 0) {
  WorkSample made{.at = Instant(1h + at), .answered = answered, .errors = errors};
  made.took[latency_bucket(2ms)] = answered;
  return made;
}

TEST(WorkRates, AreWhatHappenedInBetween) {
  const WorkRates rates = rates_between(sample(0s, 1000, 5), sample(2s, 1500, 6));
  EXPECT_EQ(rates.over, 2s);
  EXPECT_DOUBLE_EQ(rates.requests_per_s, 250);
  EXPECT_DOUBLE_EQ(rates.errors_per_s, 0.5);
  ASSERT_TRUE(rates.p50 && rates.p99);
  EXPECT_GT(*rates.p50, 1ms);
  EXPECT_LE(*rates.p99, 2500us);
}

TEST(WorkRates, WithoutRequestsThereIsNoLatency) {
  const WorkRates rates = rates_between(sample(0s, 7), sample(1s, 7));
  EXPECT_EQ(rates.over, 1s);
  EXPECT_EQ(rates.requests_per_s, 0);
  EXPECT_FALSE(rates.p50);
}

TEST(WorkRates, CountersThatWentBackwardsTellNothing) {
  EXPECT_EQ(rates_between(sample(0s, 8), sample(1s, 7)).over, 0s);
  EXPECT_EQ(rates_between(sample(0s, 8, 2), sample(1s, 8, 1)).over, 0s);
  EXPECT_EQ(rates_between(sample(1s, 8), sample(1s, 9)).over, 0s) << "no time";
  WorkSample scribbled = sample(1s, 9);
  scribbled.took = {};
  EXPECT_EQ(rates_between(sample(0s, 8), scribbled).over, 0s);
}

TEST(WorkRates, RecentOnesGoBackTenSeconds) {
  RecentWork recent;
  uint64_t answered = 0;
  for (int second = 0; second <= 20; ++second) {
    recent.note(sample(std::chrono::seconds(second), answered));
    answered += second < 15 ? 100 : 10;  // Busy first, then not.
  }
  // From 10 s to 20.5 s: five seconds of 100 and, so far, five of 10 and a new request or two.
  const WorkRates rates = recent.rates(sample(20500ms, 15 * 100 + 5 * 10));
  EXPECT_EQ(rates.over, 10500ms);
  EXPECT_NEAR(rates.requests_per_s, 550 / 10.5, 0.01);
}

TEST(WorkRates, RecentOnesBeginWithTheFirstSample) {
  RecentWork recent;
  EXPECT_EQ(recent.rates(sample(1s, 50)).over, 0s) << "nothing to compare with";
  recent.note(sample(0s, 0));
  recent.note(sample(100ms, 40));  // Too soon: passed over.
  EXPECT_EQ(recent.rates(sample(50ms, 50)).over, 0s) << "too short to tell";
  EXPECT_DOUBLE_EQ(recent.rates(sample(500ms, 50)).requests_per_s, 100);
}

TEST(WorkRates, AMasterThatSleptGoesByItsLastSample) {
  RecentWork recent;
  recent.note(sample(0s, 0));
  recent.note(sample(1s, 100));
  const WorkRates rates = recent.rates(sample(101s, 1100));
  EXPECT_EQ(rates.over, 100s);
  EXPECT_DOUBLE_EQ(rates.requests_per_s, 10);
}

TEST(WorkRates, SumUpEverySlotOfTheService) {
  Board board = Board::create(8).value();
  const std::vector<size_t> slots = {0, 2};
  for (const size_t slot : slots) {
    board.claim(slot, "users");
    board.slot(slot).answers[2].add(10);
    board.slot(slot).answers[5].add(2);
    board.slot(slot).requests_failed.add(1);
    take_route(board.slot(slot), board.routes(slot), "users", "GET", "/").took[3].add(12);
  }
  board.claim(1, "others");
  board.slot(1).answers[2].add(1000);
  const WorkSample sum = sample_work(board, slots, Instant(1h));
  EXPECT_EQ(sum.answered, 24u);
  EXPECT_EQ(sum.errors, 6u);
  EXPECT_EQ(sum.took[3], 24u);
  board.slot(0).routes_used.set(~uint64_t{0});
  EXPECT_EQ(sample_work(board, slots, Instant(1h)).took[3], 24u) << "a claim that is none";
}

}  // namespace
}  // namespace svc
