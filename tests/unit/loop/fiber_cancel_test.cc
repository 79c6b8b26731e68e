// Cancellation and deadlines: the part of fiber.cc that unwinds.
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/loop/fiber.h"
#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

class FiberCancelTest : public FiberFixture {
 protected:
  // Suspends for ever and says how that ended.
  std::optional<CancelReason> cancelled_wait() {
    try {
      Fiber::current()->suspend();
      return std::nullopt;
    } catch (const Cancelled& cancelled) {
      return cancelled.reason;
    }
  }
};

TEST_F(FiberCancelTest, EndsASuspensionWithItsReasonAndEveryFurtherOneToo) {
  std::vector<std::optional<CancelReason>> reasons;
  Fiber* const fiber = start([&] {
    for (int i = 0; i < 3; ++i) reasons.push_back(cancelled_wait());
    EXPECT_THROW(this_fiber::yield(), Cancelled);
    EXPECT_THROW(this_fiber::sleep_for(1h), Cancelled);
    EXPECT_THROW(static_cast<void>(this_fiber::wait_fd(0, EPOLLIN)), Cancelled);
    EXPECT_THROW(Fiber::current()->check_cancelled(), Cancelled);
  });
  fiber->cancel(CancelReason::client_gone);
  EXPECT_EQ(reasons, (std::vector<std::optional<CancelReason>>(3, CancelReason::client_gone)));
  EXPECT_EQ(fibers.live(), 0u);
}

TEST_F(FiberCancelTest, UnwindsTheStackAndEndsTheFiber) {
  struct Noting {
    bool& gone;
    ~Noting() { gone = true; }
  };
  bool gone = false;
  Fiber* const fiber = start([&] {
    const Noting noting{gone};
    Fiber::current()->suspend();
    ADD_FAILURE() << "a cancelled suspension returned";
  });
  fiber->cancel(CancelReason::drain);
  EXPECT_TRUE(gone);
  EXPECT_EQ(fibers.live(), 0u);
}

TEST_F(FiberCancelTest, IsNotSwallowedByAHandlerOfStandardExceptions) {
  bool swallowed = false;
  Fiber* const fiber = start([&] {
    try {
      Fiber::current()->suspend();
    } catch (const std::exception&) {
      swallowed = true;
    }
  });
  fiber->cancel(CancelReason::drain);
  EXPECT_FALSE(swallowed);
}

TEST_F(FiberCancelTest, TheFirstReasonStays) {
  std::optional<CancelReason> reason;
  Fiber* const fiber = start([&] {
    Fiber::current()->suspend_uncancellable();
    reason = cancelled_wait();
  });
  fiber->cancel(CancelReason::scope);
  fiber->cancel(CancelReason::drain);
  fiber->resume();
  EXPECT_EQ(reason, CancelReason::scope);
}

TEST_F(FiberCancelTest, WaitsForAnUncancellableSuspensionToEnd) {
  bool went_on = false;
  std::optional<CancelReason> reason;
  Fiber* const fiber = start([&] {
    Fiber::current()->suspend_uncancellable();
    went_on = true;
    reason = cancelled_wait();
  });
  fiber->cancel(CancelReason::drain);
  pass(1h);
  EXPECT_FALSE(went_on);
  fiber->resume();
  EXPECT_TRUE(went_on);
  EXPECT_EQ(reason, CancelReason::drain);
}

TEST_F(FiberCancelTest, OfAFiberThatHasNotRunYetIsSeenAtItsFirstSuspension) {
  std::optional<CancelReason> reason;
  run([&] {
    Fiber* const child = fibers.spawn([&] { reason = cancelled_wait(); }).value();
    child->cancel(CancelReason::scope);
  });
  turn();
  EXPECT_EQ(reason, CancelReason::scope);
}

TEST_F(FiberCancelTest, TrySuspendSaysItWithoutThrowing) {
  std::optional<Wake> wake;
  Fiber* const fiber = start([&] { wake = Fiber::current()->try_suspend(); });
  fiber->cancel(CancelReason::drain);
  EXPECT_EQ(wake, Wake::cancelled);
}

// A destructor that waits must not throw a second exception through the first.
TEST_F(FiberCancelTest, ASuspensionDuringUnwindingReturnsInsteadOfThrowing) {
  struct Waiting {
    std::vector<Wake>& wakes;
    EventLoop& loop;
    ~Waiting() {
      wakes.push_back(Fiber::current()->suspend(loop.now() + 1s));
      this_fiber::sleep_for(1h);
      this_fiber::yield();
      const auto waited = this_fiber::wait_fd(0, EPOLLIN);
      EXPECT_EQ(waited.error().code, std::errc::operation_canceled);
    }
  };
  std::vector<Wake> wakes;
  Fiber* const fiber = start([&] {
    const Waiting waiting{wakes, *loop};
    Fiber::current()->suspend();
  });
  fiber->cancel(CancelReason::drain);
  EXPECT_EQ(wakes, std::vector<Wake>{Wake::cancelled});
  EXPECT_EQ(fibers.live(), 0u);
}

// Unwinding for another reason, a destructor may wait as usual; cancelled there, it is told so.
TEST_F(FiberCancelTest, ADestructorSuspendsWhileAnotherExceptionUnwindsAndIsCancelledThere) {
  struct Waiting {
    std::vector<Wake>& wakes;
    ~Waiting() {
      wakes.push_back(Fiber::current()->suspend());
      wakes.push_back(Fiber::current()->suspend());
    }
  };
  std::vector<Wake> wakes;
  Fiber* const fiber = start([&] {
    try {
      const Waiting waiting{wakes};
      throw std::runtime_error("unwinding");
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "unwinding");
    }
    EXPECT_EQ(cancelled_wait(), CancelReason::drain);
  });
  fiber->resume();
  fiber->cancel(CancelReason::drain);
  EXPECT_EQ(wakes, (std::vector<Wake>{Wake::resumed, Wake::cancelled}));
  EXPECT_EQ(fibers.live(), 0u);
}

TEST_F(FiberCancelTest, ComesWithTheDeadline) {
  std::optional<CancelReason> reason;
  Fiber* const fiber = start([&] { reason = cancelled_wait(); });
  fiber->set_deadline(loop->now() + 10ms);
  pass(9ms);
  EXPECT_FALSE(reason);
  pass(1ms);
  EXPECT_EQ(reason, CancelReason::deadline);
}

TEST_F(FiberCancelTest, DoesNotComeWithADeadlineThatWasMovedOrTakenAway) {
  Fiber* const fiber = start([&] { EXPECT_EQ(cancelled_wait(), std::nullopt); });
  fiber->set_deadline(loop->now() + 10ms);
  fiber->set_deadline(loop->now() + 30ms);
  pass(20ms);
  EXPECT_EQ(fiber->deadline(), loop->now() + 10ms);
  fiber->set_deadline(kNever);
  pass(20ms);
  EXPECT_EQ(fibers.live(), 1u);
  fiber->resume();
}

// Such a fiber keeps the loop from turning, so no timer can tell it.
TEST_F(FiberCancelTest, CheckCancelledSeesTheDeadlinePassWithoutTheLoop) {
  run([&] {
    Fiber::current()->set_deadline(loop->now() + 10ms);
    Fiber::current()->check_cancelled();
    clock.advance(10ms);
    EXPECT_THROW(Fiber::current()->check_cancelled(), Cancelled);
  });
}

}  // namespace
}  // namespace svc
