#include "core/process/autoscale.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

class AutoscaleTest : public ::testing::Test {
 protected:
  // `load` for so long, looked at each second; the number of workers afterwards.
  size_t after(Duration time, Autoscale::Load load) {
    for (const Instant end = now_ + time; now_ < end; now_ += 1s)
      workers_ = scale_.look(workers_, load, now_).value_or(workers_);
    return workers_;
  }

  Autoscale scale_{2, 10};
  size_t workers_ = 2;
  Instant now_{1h};
};

TEST_F(AutoscaleTest, GrowsWhenItIsBusyForAWhile) {
  EXPECT_EQ(after(3s, {.busy = 0.9}), 2U);
  EXPECT_EQ(after(1s, {.busy = 0.9}), 3U);
  EXPECT_EQ(after(3s, {.busy = 0.9}), 3U) << "the new worker has yet to show what it changes";
  EXPECT_EQ(after(1s, {.busy = 0.9}), 4U);
}

TEST_F(AutoscaleTest, GrowsWhenEventsWait) {
  EXPECT_GT(after(4s, {.busy = 0.1, .lag = 200ms}), 2U);
}

TEST_F(AutoscaleTest, GrowsByAQuarterAndNeverAboveItsMaximum) {
  workers_ = 8;
  EXPECT_EQ(after(4s, {.busy = 1}), 10U);
  EXPECT_EQ(after(60s, {.busy = 1}), 10U);
}

TEST_F(AutoscaleTest, AMomentIsNoReason) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(after(2s, {.busy = 1}), 2U);
    EXPECT_EQ(after(1s, {.busy = 0.2}), 2U);
  }
}

TEST_F(AutoscaleTest, ShrinksOneAtATimeToItsMinimum) {
  workers_ = 4;
  EXPECT_EQ(after(15s, {.busy = 0.1}), 4U);
  EXPECT_EQ(after(1s, {.busy = 0.1}), 3U);
  EXPECT_EQ(after(16s, {.busy = 0.1}), 2U);
  EXPECT_EQ(after(60s, {.busy = 0.1}), 2U);
}

// Two workers that are busy for 60 % of their time would be one that is for 120 %.
TEST_F(AutoscaleTest, DoesNotSwing) {
  workers_ = 4;
  EXPECT_EQ(after(120s, {.busy = 0.6}), 4U);
  EXPECT_EQ(after(120s, {.busy = 0.4}), 4U) << "three would be busy for more than half";
  EXPECT_EQ(after(16s, {.busy = 0.3}), 3U);
}

TEST_F(AutoscaleTest, KeepsItsRange) {
  workers_ = 1;
  EXPECT_EQ(after(1s, {}), 2U);
  workers_ = 12;
  EXPECT_EQ(after(1s, {}), 10U);
}

}  // namespace
}  // namespace svc
