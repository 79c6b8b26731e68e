#include "core/sdk/client/failure_tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace svc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Instant kDown(1h);

TEST(FailureTally, LetsOneOfAKindThroughAndCountsTheOthers) {
  FailureTally tally;
  EXPECT_TRUE(tally.admit("connect", "refused 1", kDown));
  EXPECT_EQ(tally.next(), std::nullopt);
  EXPECT_FALSE(tally.admit("connect", "refused 2", kDown + 10ms));
  EXPECT_TRUE(tally.admit("status 503", "answered 503", kDown + 20ms));
  EXPECT_FALSE(tally.admit("connect", "refused 3", kDown + 30ms));
  EXPECT_EQ(tally.next(), kDown + 1s);
}

TEST(FailureTally, TellsTheCountOnceItsSecondIsOver) {
  FailureTally tally;
  tally.admit("connect", "refused 1", kDown);
  tally.admit("connect", "refused 2", kDown + 10ms);
  tally.admit("connect", "refused 3", kDown + 20ms);
  EXPECT_THAT(tally.due(kDown + 999ms), IsEmpty());
  EXPECT_THAT(tally.due(kDown + 1s),
              ElementsAre("2 more calls failed in this way, the last one: refused 3"));
  EXPECT_THAT(tally.due(kDown + 5s), IsEmpty());
  EXPECT_EQ(tally.next(), std::nullopt);
}

TEST(FailureTally, TellsASingleOneAsItIs) {
  FailureTally tally;
  tally.admit("connect", "refused 1", kDown);
  tally.admit("connect", "refused 2", kDown + 10ms);
  EXPECT_THAT(tally.due(kDown + 2s), ElementsAre("refused 2"));
}

TEST(FailureTally, SaysALineASecondWhileItLasts) {
  FailureTally tally;
  size_t lines = 0;
  for (Duration at = 0ms; at < 10s; at += 10ms) {
    lines += tally.due(kDown + at).size();
    lines += tally.admit("connect", "refused", kDown + at) ? 1 : 0;
  }
  EXPECT_EQ(lines, 10u);
}

TEST(FailureTally, LosesNoneOfTooManyKinds) {
  FailureTally tally;
  for (size_t i = 0; i < FailureTally::kKindsMax; ++i)
    EXPECT_TRUE(tally.admit(std::to_string(i), "x", kDown));
  EXPECT_FALSE(tally.admit("one more", "the last straw", kDown));
  EXPECT_THAT(tally.due(kDown + 1s), ElementsAre("the last straw"));
  EXPECT_TRUE(tally.admit("one more", "x", kDown + 3s));
}

}  // namespace
}  // namespace svc
