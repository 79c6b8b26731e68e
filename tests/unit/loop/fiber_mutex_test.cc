#include "core/loop/fiber_mutex.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <vector>

#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

using Order = std::vector<int>;

class FiberMutexTest : public FiberFixture {
 protected:
  void finish() {
    for (int i = 0; i < 100 && fibers.live() > 0; ++i) turn();
    EXPECT_EQ(fibers.live(), 0u);
  }
};

class FiberConditionTest : public FiberMutexTest {};
class FiberSemaphoreTest : public FiberMutexTest {};

TEST_F(FiberMutexTest, KeepsOthersOutAcrossASuspensionAndServesThemInOrder) {
  FiberMutex mutex;
  int inside = 0;
  Order order;
  for (int i = 0; i < 4; ++i) {
    start([&, i] {
      const std::lock_guard lock(mutex);
      EXPECT_EQ(++inside, 1);
      order.push_back(i);
      this_fiber::yield();
      --inside;
    });
  }
  finish();
  EXPECT_EQ(order, (Order{0, 1, 2, 3}));
}

TEST_F(FiberMutexTest, IsNotOvertakenByOneThatComesWhileItIsHandedOver) {
  FiberMutex mutex;
  Order order;
  Fiber* const holder = start([&] {
    const std::lock_guard lock(mutex);
    Fiber::current()->suspend();
  });
  start([&] {
    const std::lock_guard lock(mutex);
    order.push_back(1);
  });
  holder
      ->resume();  // The second is to run at the end of the turn, and the lock is its own already.
  EXPECT_FALSE(mutex.try_lock());
  finish();
  EXPECT_EQ(order, Order{1});
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

TEST_F(FiberMutexTest, ACancelledWaiterLeavesTheQueueWithoutTheLock) {
  FiberMutex mutex;
  Order order;
  Fiber* const holder = start([&] {
    const std::lock_guard lock(mutex);
    Fiber::current()->suspend();
  });
  Fiber* const cancelled = start([&] {
    EXPECT_THROW(mutex.lock(), Cancelled);
    order.push_back(1);
  });
  start([&] {
    const std::lock_guard lock(mutex);
    order.push_back(2);
  });
  cancelled->cancel(CancelReason::client_gone);
  holder->resume();
  finish();
  EXPECT_EQ(order, (Order{1, 2}));
}

// Handed over and cancelled in the same turn: the lock is not lost.
TEST_F(FiberMutexTest, ALockHandedToAFiberThatIsCancelledBeforeItRunsIsLetGoOfAgain) {
  FiberMutex mutex;
  Fiber* const holder = start([&] {
    const std::lock_guard lock(mutex);
    Fiber::current()->suspend();
  });
  Fiber* const second = start([&] {
    const std::lock_guard lock(mutex);
    EXPECT_THROW(this_fiber::yield(), Cancelled);
  });
  holder->resume();
  second->cancel(CancelReason::drain);
  finish();
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

TEST_F(FiberMutexTest, ACancelledFiberThatIsUnwoundGetsTheLockAllTheSame) {
  FiberMutex mutex;
  bool had_it = false;
  struct Locking {
    FiberMutex& mutex;
    bool& had_it;
    ~Locking() {
      const std::lock_guard lock(mutex);
      had_it = true;
    }
  };
  Fiber* const holder = start([&] {
    const std::lock_guard lock(mutex);
    Fiber::current()->suspend();
  });
  Fiber* const unwound = start([&] {
    const Locking locking{mutex, had_it};
    Fiber::current()->suspend();
  });
  unwound->cancel(CancelReason::drain);
  EXPECT_FALSE(had_it);
  holder->resume();
  finish();
  EXPECT_TRUE(had_it);
}

TEST_F(FiberConditionTest, WakesOneOrAllWithTheLockHeld) {
  FiberMutex mutex;
  FiberCondition condition;
  int woken = 0;
  for (int i = 0; i < 3; ++i) {
    start([&] {
      std::unique_lock lock(mutex);
      EXPECT_EQ(condition.wait(lock), Wake::resumed);
      EXPECT_FALSE(mutex.try_lock());
      ++woken;
    });
  }
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
  condition.notify_one();
  turn();
  EXPECT_EQ(woken, 1);
  condition.notify_all();
  finish();
  EXPECT_EQ(woken, 3);
  condition.notify_all();  // Nobody: nothing happens.
}

TEST_F(FiberConditionTest, TimesOutWithTheLockHeld) {
  FiberMutex mutex;
  FiberCondition condition;
  std::optional<bool> came;
  start([&] {
    std::unique_lock lock(mutex);
    came = condition.wait(lock, loop->now() + 10ms, [] { return false; });
    EXPECT_TRUE(lock.owns_lock());
  });
  pass(10ms);
  EXPECT_EQ(came, false);
}

TEST_F(FiberConditionTest, WaitsForTheFactThroughOtherNotifications) {
  FiberMutex mutex;
  FiberCondition condition;
  int value = 0;
  std::optional<bool> came;
  start([&] {
    std::unique_lock lock(mutex);
    came = condition.wait(lock, std::nullopt, [&] { return value == 2; });
  });
  while (value < 2) {
    EXPECT_FALSE(came);
    ++value;
    condition.notify_all();
    turn();
  }
  EXPECT_EQ(came, true);
}

TEST_F(FiberConditionTest, ACancelledWaitThrowsWithTheLockHeld) {
  FiberMutex mutex;
  FiberCondition condition;
  Fiber* const fiber = start([&] {
    std::unique_lock lock(mutex);
    EXPECT_THROW(condition.wait(lock), Cancelled);
    EXPECT_FALSE(mutex.try_lock());
  });
  fiber->cancel(CancelReason::drain);
  EXPECT_EQ(fibers.live(), 0u);
}

TEST_F(FiberSemaphoreTest, LetsSoManyInAtOnce) {
  FiberSemaphore semaphore(2);
  int inside = 0;
  int most = 0;
  for (int i = 0; i < 6; ++i) {
    start([&] {
      EXPECT_EQ(semaphore.acquire(), Wake::resumed);
      most = std::max(most, ++inside);
      this_fiber::yield();
      --inside;
      semaphore.release();
    });
  }
  finish();
  EXPECT_EQ(most, 2);
  EXPECT_EQ(semaphore.free(), 2u);
}

TEST_F(FiberSemaphoreTest, AWaitThatTimesOutOrIsCancelledTakesNothing) {
  FiberSemaphore semaphore(1);
  EXPECT_TRUE(semaphore.try_acquire());
  EXPECT_FALSE(semaphore.try_acquire());
  std::optional<Wake> timed;
  start([&] { timed = semaphore.acquire(loop->now() + 10ms); });
  Fiber* const cancelled = start([&] { EXPECT_THROW(semaphore.acquire(), Cancelled); });
  cancelled->cancel(CancelReason::drain);
  pass(10ms);
  EXPECT_EQ(timed, Wake::timeout);
  semaphore.release();
  EXPECT_EQ(semaphore.free(), 1u);
}

using FiberMutexDeathTest = FiberMutexTest;

TEST_F(FiberMutexDeathTest, UnlockingWhatIsNotLockedIsABug) {
  FiberMutex mutex;
  EXPECT_DEATH(mutex.unlock(), "locked_");
}

}  // namespace
}  // namespace svc
