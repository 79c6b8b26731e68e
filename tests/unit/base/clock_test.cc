#include "core/base/clock.h"

#include <gtest/gtest.h>
#include <time.h>

namespace svc {
namespace {

TEST(Clock, TheSteadyOneIsTheKernelsMonotonicOne) {
  timespec now{};
  ASSERT_EQ(::clock_gettime(CLOCK_MONOTONIC, &now), 0);
  const Instant kernel(std::chrono::seconds(now.tv_sec) + Duration(now.tv_nsec));
  const Instant ours = Clock::steady().now();
  EXPECT_GE(ours, kernel);
  EXPECT_LT(ours - kernel, 1min);
}

TEST(FakeClock, MovesOnlyWhenTold) {
  FakeClock clock(Instant(5s));
  EXPECT_EQ(clock.now(), Instant(5s));
  clock.advance(250ms);
  EXPECT_EQ(clock.now(), Instant(5250ms));
}

}  // namespace
}  // namespace svc
