#include "core/loop/timer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

class TimerTest : public LoopFixture {};

TEST_F(TimerTest, IsCalledOnceWhenItsMomentHasCome) {
  int calls = 0;
  Timer timer([&] { ++calls; });
  timer.arm(*loop, loop->now() + 10ms);
  EXPECT_TRUE(timer.armed());
  pass(9ms);
  EXPECT_EQ(calls, 0);
  pass(1ms);
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(timer.armed());
  pass(1h);
  EXPECT_EQ(calls, 1);
}

TEST_F(TimerTest, IsNotCalledAtAMomentFromWhichItWasPutOff) {
  int calls = 0;
  Timer timer([&] { ++calls; });
  timer.arm(*loop, loop->now() + 10ms);
  timer.arm(*loop, loop->now() + 30ms);
  pass(20ms);
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(timer.armed());
  pass(10ms);
  EXPECT_EQ(calls, 1);
}

TEST_F(TimerTest, IsCalledAtTheSoonerMomentThatReplacesALaterOne) {
  int calls = 0;
  Timer timer([&] { ++calls; });
  timer.arm(*loop, loop->now() + 1h);
  timer.arm(*loop, loop->now() + 2h);
  timer.arm(*loop, loop->now() + 1ms);
  pass(1ms);
  EXPECT_EQ(calls, 1);
  pass(3h);
  EXPECT_EQ(calls, 1);
}

TEST_F(TimerTest, ADisarmedOneIsNotCalledButCanBeArmedAgain) {
  int calls = 0;
  Timer timer([&] { ++calls; });
  timer.arm(*loop, loop->now() + 1ms);
  timer.disarm();
  EXPECT_EQ(loop->timers(), 0u);
  timer.arm(*loop, loop->now() + 5ms);
  EXPECT_EQ(loop->timers(), 1u);
  pass(1ms);
  EXPECT_EQ(calls, 0);
  pass(4ms);
  EXPECT_EQ(calls, 1);
}

TEST_F(TimerTest, ADestroyedOneIsNotCalled) {
  int calls = 0;
  {
    Timer timer([&] { ++calls; });
    timer.arm(*loop, loop->now() + 1ms);
    Timer disarmed([&] { ++calls; });
    disarmed.arm(*loop, loop->now() + 1ms);
    disarmed.disarm();
  }
  EXPECT_EQ(loop->timers(), 0u);
  pass(1ms);
  EXPECT_EQ(calls, 0);
}

TEST_F(TimerTest, MayDestroyItselfWhileItIsCalled) {
  std::optional<Timer> timer;
  int calls = 0;
  timer.emplace([&] {
    ++calls;
    timer.reset();
  });
  timer->arm(*loop, loop->now());
  turn();
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(timer);
}

TEST_F(TimerTest, OneThatArmsItselfForNowIsCalledOncePerTurn) {
  int calls = 0;
  std::optional<Timer> timer;
  timer.emplace([&] {
    ++calls;
    timer->arm(*loop, loop->now());
  });
  timer->arm(*loop, loop->now());
  turn(1h);
  EXPECT_EQ(calls, 1);
  turn(1h);
  EXPECT_EQ(calls, 2);
}

// All three are due in one turn; the first that is called deals with the others.
TEST_F(TimerTest, ACallMayDisarmDestroyAndPutOffOthersThatAreDueToo) {
  int calls = 0;
  std::optional<Timer> destroyed;
  Timer disarmed([&] { ++calls; });
  Timer put_off([&] { ++calls; });
  Timer first([&] {
    destroyed.reset();
    disarmed.disarm();
    put_off.arm(*loop, loop->now() + 1s);
  });
  destroyed.emplace([&] { ++calls; });
  first.arm(*loop, loop->now() + 1ms);
  destroyed->arm(*loop, loop->now() + 2ms);
  disarmed.arm(*loop, loop->now() + 3ms);
  put_off.arm(*loop, loop->now() + 4ms);
  pass(5ms);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(loop->timers(), 1u);
  pass(1s);
  EXPECT_EQ(calls, 1);
}

TEST_F(TimerTest, MovesToAnotherLoop) {
  const auto other = EventLoop::create(clock).value();
  int calls = 0;
  Timer timer([&] { ++calls; });
  timer.arm(*loop, loop->now() + 1ms);
  timer.arm(*other, other->now() + 1ms);
  EXPECT_EQ(loop->timers(), 0u);
  pass(1ms);
  EXPECT_EQ(calls, 0);
  ASSERT_TRUE(other->turn(0ns));
  EXPECT_EQ(calls, 1);
}

TEST_F(TimerTest, OutlivesItsLoopDisarmed) {
  Timer timer([] {});
  timer.arm(*loop, loop->now() + 1ms);
  loop.reset();
  EXPECT_FALSE(timer.armed());
  loop = EventLoop::create(clock).value();
  timer.arm(*loop, loop->now() + 1ms);
  EXPECT_TRUE(timer.armed());
}

// A thousand random operations against the obvious model: a list that is searched.
TEST_F(TimerTest, AgreesWithASimpleModelUnderRandomUse) {
  constexpr size_t kTimers = 100;
  std::mt19937 random(42);
  std::vector<int> calls(kTimers, 0);
  std::vector<int> expected(kTimers, 0);
  std::vector<std::optional<Instant>> wanted(kTimers);
  std::vector<std::unique_ptr<Timer>> timers;
  std::vector<Instant> order;
  for (size_t i = 0; i < kTimers; ++i) {
    timers.push_back(std::make_unique<Timer>([&, i] {
      ++calls[i];
      order.push_back(timers[i]->due());
    }));
  }
  for (int step = 0; step < 20'000; ++step) {
    const size_t i = random() % kTimers;
    switch (random() % 8) {
      case 0:
        timers[i]->disarm();
        wanted[i].reset();
        break;
      case 1: {
        const Duration time = std::chrono::milliseconds(random() % 50);
        order.clear();
        pass(time);
        for (size_t t = 0; t < kTimers; ++t) {
          if (!wanted[t] || *wanted[t] > loop->now()) continue;
          ++expected[t];
          wanted[t].reset();
        }
        ASSERT_TRUE(std::is_sorted(order.begin(), order.end()));
        break;
      }
      default:
        wanted[i] = loop->now() + std::chrono::milliseconds(random() % 400);
        timers[i]->arm(*loop, *wanted[i]);
    }
    ASSERT_EQ(calls, expected);
    ASSERT_EQ(loop->timers(),
              static_cast<size_t>(std::count_if(wanted.begin(), wanted.end(),
                                                [](const auto& due) { return due.has_value(); })));
  }
}

}  // namespace
}  // namespace svc
