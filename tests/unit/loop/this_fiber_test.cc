#include <gtest/gtest.h>
#include <stdlib.h>

#include <optional>

#include "core/base/fault.h"
#include "core/loop/fiber.h"
#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

class ThisFiberTest : public FiberFixture {};

TEST_F(ThisFiberTest, SleepsUntilItsMomentWhateverResumesIt) {
  bool awake = false;
  Fiber* const fiber = start([&] {
    this_fiber::sleep_until(loop->now() + 10ms);
    awake = true;
  });
  fiber->resume();
  pass(9ms);
  EXPECT_FALSE(awake);
  pass(1ms);
  EXPECT_TRUE(awake);
}

// now() is the beginning of the turn; what the turn has taken since must not shorten a sleep.
TEST_F(ThisFiberTest, ASleepCountsFromTheMomentOfTheCall) {
  bool awake = false;
  start([&] {
    clock.advance(5ms);
    this_fiber::sleep_for(10ms);
    awake = true;
  });
  pass(5ms);
  EXPECT_FALSE(awake);
  pass(5ms);
  EXPECT_TRUE(awake);
}

TEST_F(ThisFiberTest, ASleepOfNothingOrLessEndsInThisTurnAndOneForEverDoesNotOverflow) {
  run([&] {
    this_fiber::sleep_for(0ms);
    this_fiber::sleep_for(-1h);
  });
  Fiber* const fiber = start([&] { this_fiber::sleep_for(Duration::max()); });
  pass(24h * 365);
  EXPECT_EQ(fibers.live(), 1u);
  fiber->cancel(CancelReason::drain);
}

TEST_F(ThisFiberTest, WaitsForADescriptorToBecomeReady) {
  Signal signal;
  std::optional<uint32_t> events;
  Fiber* const fiber = start([&] { events = this_fiber::wait_fd(signal.fd(), EPOLLIN).value(); });
  fiber->resume();  // Is not what was waited for.
  turn();
  EXPECT_FALSE(events);
  signal.set();
  turn();
  EXPECT_EQ(events, uint32_t{EPOLLIN});
}

TEST_F(ThisFiberTest, AWaitForADescriptorEndsWithZeroAtItsMoment) {
  Signal signal;
  std::optional<uint32_t> events;
  start([&] { events = this_fiber::wait_fd(signal.fd(), EPOLLIN, loop->now() + 10ms).value(); });
  pass(10ms);
  EXPECT_EQ(events, 0u);
}

TEST_F(ThisFiberTest, ACancelledWaitLeavesTheDescriptorUnwatched) {
  Signal signal;
  start([&] {
    static_cast<void>(this_fiber::wait_fd(signal.fd(), EPOLLIN));
  })->cancel(CancelReason::drain);
  EXPECT_EQ(fibers.live(), 0u);
  signal.set();
  turn();
  run([&] { EXPECT_TRUE(this_fiber::wait_fd(signal.fd(), EPOLLIN)); });
}

TEST_F(ThisFiberTest, ARegularFileIsAlwaysReady) {
  char path[] = "/tmp/this_fiber_test.XXXXXX";
  const Fd file(::mkstemp(path));
  ::unlink(path);
  run([&] { EXPECT_EQ(this_fiber::wait_fd(file.get(), EPOLLIN).value(), uint32_t{EPOLLIN}); });
}

TEST_F(ThisFiberTest, AWaitForNoDescriptorIsAnError) {
  run([&] {
    EXPECT_EQ(this_fiber::wait_fd(-1, EPOLLIN).error().code, std::errc::bad_file_descriptor);
    sys::fault::fail_nth(1, "epoll_ctl", ENOSPC);
    EXPECT_EQ(this_fiber::wait_fd(0, EPOLLIN).error().code, std::errc::no_space_on_device);
    sys::fault::never();
  });
}

using ThisFiberDeathTest = ThisFiberTest;

TEST_F(ThisFiberDeathTest, SleepingOutsideAFiberIsABug) {
  EXPECT_DEATH(this_fiber::sleep_for(1ms), "fiber != nullptr");
}

}  // namespace
}  // namespace svc
