#include "core/loop/fiber.h"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

using Steps = std::vector<std::string>;

class FiberTest : public FiberFixture {
 protected:
  Steps steps;
};

TEST_F(FiberTest, RunsAtOnceUntilItSuspendsAndOnWhenItIsResumed) {
  Fiber* const fiber = start([&] {
    steps.push_back("begins");
    EXPECT_EQ(Fiber::current()->suspend(), Wake::resumed);
    steps.push_back("ends");
  });
  EXPECT_EQ(steps, Steps{"begins"});
  EXPECT_EQ(Fiber::current(), nullptr);
  EXPECT_EQ(fibers.live(), 1u);
  fiber->resume();
  EXPECT_EQ(steps, (Steps{"begins", "ends"}));
  EXPECT_EQ(fibers.live(), 0u);
}

TEST_F(FiberTest, KnowsItselfItsOwnerAndItsLabel) {
  const int label = 0;
  Fiber* const fiber = start([&] {
    Fiber* const self = Fiber::current();
    const auto* const here = static_cast<std::byte*>(__builtin_frame_address(0));
    EXPECT_GE(here, self->stack_low());
    EXPECT_LT(here, self->stack_low() + self->stack_size());
    self->suspend();
    EXPECT_EQ(Fiber::current(), self);
    EXPECT_EQ(self->label(), &label);
  });
  EXPECT_EQ(&fiber->owner(), &fibers);
  fiber->set_label(&label);
  fiber->resume();
}

TEST_F(FiberTest, AResumeBeforeTheSuspensionIsNotLost) {
  run([&] {
    Fiber::current()->resume();
    EXPECT_EQ(Fiber::current()->suspend(), Wake::resumed);
    Fiber::current()->resume();
    Fiber::current()->suspend_uncancellable();
    EXPECT_EQ(Fiber::current()->suspend(loop->now()), Wake::timeout);  // Remembered once each.
  });
}

TEST_F(FiberTest, AResumeOfAnEarlierLifeDoesNotReachTheNextOneOnThatStack) {
  run([&] {
    Fiber::current()->resume();
    Fiber::current()->set_deadline(loop->now());
    Fiber::current()->cancel(CancelReason::drain);
  });
  run([&] {
    EXPECT_EQ(Fiber::current()->suspend(loop->now() + 0ms), Wake::timeout);
    EXPECT_EQ(Fiber::current()->cancelled(), CancelReason::none);
    EXPECT_EQ(Fiber::current()->deadline(), kNever);
  });
}

TEST_F(FiberTest, ASuspensionTimesOutAtItsMomentAndNotAfterAResume) {
  std::optional<Wake> first;
  std::optional<Wake> second;
  Fiber* const fiber = start([&] {
    first = Fiber::current()->suspend(loop->now() + 10ms);
    second = Fiber::current()->suspend(loop->now() + 10ms);
    Fiber::current()->suspend();
  });
  pass(9ms);
  EXPECT_FALSE(first);
  pass(1ms);
  EXPECT_EQ(first, Wake::timeout);
  fiber->resume();
  EXPECT_EQ(second, Wake::resumed);
  pass(1h);  // The timer of the second wait must not wake the third.
  EXPECT_EQ(fibers.live(), 1u);
  fiber->resume();
}

TEST_F(FiberTest, ResumedByAnotherFiberItRunsAtTheEndOfTheTurn) {
  Fiber* const sleeper = start([&] {
    Fiber::current()->suspend();
    steps.push_back("woken");
  });
  run([&] {
    sleeper->resume();
    sleeper->resume();  // It is on its way already.
    steps.push_back("went on");
  });
  turn(1h);
  EXPECT_EQ(steps, (Steps{"went on", "woken"}));
  EXPECT_EQ(fibers.live(), 0u);
}

TEST_F(FiberTest, YieldLetsOthersRunFirst) {
  const auto three_steps = [&](std::string name) {
    return [this, name] {
      for (int i = 0; i < 3; ++i) {
        steps.push_back(name);
        this_fiber::yield();
      }
    };
  };
  start(three_steps("a"));
  start(three_steps("b"));
  while (fibers.live() > 0) turn(1h);
  EXPECT_EQ(steps, (Steps{"a", "b", "a", "b", "a", "b"}));
}

TEST_F(FiberTest, AResumeDuringAYieldIsRemembered) {
  Fiber* const fiber = start([&] {
    this_fiber::yield();
    EXPECT_EQ(Fiber::current()->suspend(), Wake::resumed);
    steps.push_back("ended");
  });
  fiber->resume();
  EXPECT_TRUE(steps.empty());
  turn();
  EXPECT_EQ(steps, Steps{"ended"});
}

using FiberDeathTest = FiberTest;

TEST_F(FiberDeathTest, AnExceptionThatLeavesItIsABugAndNamed) {
  EXPECT_DEATH(run([] { throw std::runtime_error("out of cheese"); }), "out of cheese");
  EXPECT_DEATH(run([] { throw 42; }), "not a std::exception");
}

TEST_F(FiberDeathTest, SuspendingAnotherThanTheCurrentOneIsABug) {
  Fiber* const fiber = start([&] { Fiber::current()->suspend(); });
  EXPECT_DEATH(fiber->suspend(), "current_fiber == this");
  fiber->resume();
}

}  // namespace
}  // namespace svc
