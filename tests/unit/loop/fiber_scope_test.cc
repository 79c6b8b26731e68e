#include "core/loop/fiber_scope.h"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

class FiberScopeTest : public FiberFixture {};

// Says in `flag` that the block has been left.
struct Noting {
  bool& flag;
  ~Noting() { flag = true; }
};

TEST_F(FiberScopeTest, JoinWaitsForAllChildren) {
  run([&] {
    int ended = 0;
    FiberScope scope;
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(scope.spawn([&] {
        this_fiber::yield();
        ++ended;
      }));
    }
    EXPECT_EQ(scope.running(), 3u);
    EXPECT_EQ(ended, 0);
    scope.join();
    EXPECT_EQ(ended, 3);
    EXPECT_EQ(scope.running(), 0u);
    scope.join();  // Nobody to wait for.
  });
}

TEST_F(FiberScopeTest, LeavingTheBlockCancelsTheChildrenAndWaitsForThem) {
  run([&] {
    bool gone = false;
    std::optional<CancelReason> reason;
    {
      FiberScope scope;
      ASSERT_TRUE(scope.spawn([&] {
        const Noting noting{gone};
        try {
          Fiber::current()->suspend();
        } catch (const Cancelled& cancelled) {
          reason = cancelled.reason;
        }
      }));
      this_fiber::yield();
      this_fiber::yield();
    }
    EXPECT_TRUE(gone);
    EXPECT_EQ(reason, CancelReason::scope);
  });
}

TEST_F(FiberScopeTest, LeavingTheBlockByAnExceptionWaitsForTheChildrenToo) {
  run([&] {
    bool gone = false;
    try {
      FiberScope scope;
      ASSERT_TRUE(scope.spawn([&] {
        const Noting noting{gone};
        Fiber::current()->suspend();
      }));
      this_fiber::yield();
      this_fiber::yield();
      throw std::runtime_error("out");
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "out");
      EXPECT_TRUE(gone);
    }
  });
}

TEST_F(FiberScopeTest, ACancelledParentLeavesNoChildBehind) {
  bool gone = false;
  bool parent_ended = false;
  Fiber* const parent = start([&] {
    const Noting noting{parent_ended};
    FiberScope scope;
    ASSERT_TRUE(scope.spawn([&] {
      const Noting child{gone};
      Fiber::current()->suspend();
    }));
    scope.join();
    ADD_FAILURE() << "join returned";
  });
  turn();
  parent->cancel(CancelReason::client_gone);
  EXPECT_FALSE(parent_ended);  // It waits for the child, which is about to be unwound.
  turn();
  turn();
  EXPECT_TRUE(gone);
  EXPECT_TRUE(parent_ended);
  EXPECT_EQ(fibers.live(), 0u);
}

// The child refuses to end: the parent, though cancelled, must not leave before it.
TEST_F(FiberScopeTest, WaitsForAChildThatCannotBeCancelled) {
  bool parent_ended = false;
  Fiber* child = nullptr;
  Fiber* const parent = start([&] {
    const Noting noting{parent_ended};
    FiberScope scope;
    ASSERT_TRUE(scope.spawn([&] {
      child = Fiber::current();
      child->suspend_uncancellable();
      child->suspend_uncancellable();
    }));
    scope.join();
  });
  turn();
  parent->cancel(CancelReason::drain);
  child->resume();
  turn();
  EXPECT_FALSE(parent_ended);
  child->resume();
  turn();
  EXPECT_TRUE(parent_ended);
}

TEST_F(FiberScopeTest, TheFirstExceptionCancelsTheOthersAndIsRethrownByJoin) {
  run([&] {
    bool gone = false;
    FiberScope scope;
    ASSERT_TRUE(scope.spawn([&] {
      const Noting noting{gone};
      Fiber::current()->suspend();
    }));
    ASSERT_TRUE(scope.spawn([&] {
      this_fiber::yield();
      throw std::runtime_error("first");
    }));
    ASSERT_TRUE(scope.spawn([&] {
      try {
        Fiber::current()->suspend();
      } catch (const Cancelled&) {
        throw std::runtime_error("second");
      }
    }));
    try {
      scope.join();
      ADD_FAILURE();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "first");
    }
    EXPECT_TRUE(gone);
    EXPECT_EQ(scope.running(), 0u);
    scope.join();  // Rethrown once.
  });
}

TEST_F(FiberScopeTest, AChildSpawnedAfterCancelIsCancelledFromTheStart) {
  run([&] {
    bool reached = false;
    FiberScope scope;
    scope.cancel();
    ASSERT_TRUE(scope.spawn([&] {
      Fiber::current()->suspend();
      reached = true;
    }));
    scope.join();
    EXPECT_FALSE(reached);
  });
}

TEST_F(FiberScopeTest, ChildrenInheritDeadlineAndLabel) {
  run([&] {
    const Instant deadline = loop->now() + 1s;
    Fiber::current()->set_deadline(deadline);
    Fiber::current()->set_label(&deadline);
    FiberScope scope;
    ASSERT_TRUE(scope.spawn([&] {
      EXPECT_EQ(Fiber::current()->deadline(), deadline);
      EXPECT_EQ(Fiber::current()->label(), &deadline);
    }));
    scope.join();
  });
}

TEST_F(FiberScopeTest, WhatAChildCapturedIsGoneBeforeJoinReturns) {
  run([&] {
    bool gone = false;
    FiberScope scope;
    ASSERT_TRUE(scope.spawn([noting = std::make_unique<Noting>(Noting{gone})] {}));
    gone = false;
    scope.join();
    EXPECT_TRUE(gone);
  });
}

TEST_F(FiberScopeTest, ChildrenMaySpawnSiblingsAndScopesMayNest) {
  run([&] {
    int ended = 0;
    FiberScope scope;
    ASSERT_TRUE(scope.spawn([&] {
      ASSERT_TRUE(scope.spawn([&] { ++ended; }));
      FiberScope inner;
      ASSERT_TRUE(inner.spawn([&] { ++ended; }));
      inner.join();
      ++ended;
    }));
    scope.join();
    EXPECT_EQ(ended, 3);
  });
}

TEST_F(FiberScopeTest, JoinDuringUnwindingOfACancelledParentCancelsWaitsAndReturns) {
  bool gone = false;
  bool joined = false;
  struct Joining {
    FiberScope& scope;
    bool& joined;
    ~Joining() {
      scope.join();
      joined = true;
    }
  };
  Fiber* const parent = start([&] {
    FiberScope scope;
    ASSERT_TRUE(scope.spawn([&] {
      const Noting noting{gone};
      Fiber::current()->suspend();
    }));
    const Joining joining{scope, joined};
    Fiber::current()->suspend();
  });
  turn();
  parent->cancel(CancelReason::drain);
  turn();
  turn();
  EXPECT_TRUE(gone);
  EXPECT_TRUE(joined);
  EXPECT_EQ(fibers.live(), 0u);
}

TEST_F(FiberScopeTest, SpawnSaysWhenNoFiberIsFree) {
  Fibers one(*loop, {.live_max = 1});
  ASSERT_TRUE(one.spawn([] {
    FiberScope scope;
    EXPECT_EQ(scope.spawn([] {}).error().code, std::errc::resource_unavailable_try_again);
    scope.join();
  }));
}

using FiberScopeDeathTest = FiberScopeTest;

TEST_F(FiberScopeDeathTest, AScopeOutsideAFiberIsABug) {
  EXPECT_DEATH(FiberScope(), "fiber != nullptr");
}

}  // namespace
}  // namespace svc
