#include "core/sdk/guards/cached.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/loop/offload.h"
#include "core/sdk/host.h"
#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

class CachedTest : public FiberFixture {
 protected:
  void finish() {
    for (int i = 0; i < 1000 && fibers.live() > 0; ++i) turn();
    EXPECT_EQ(fibers.live(), 0u);
  }
  FakeClock time;
  WorkerBinding binding{{"test", 0, 1, 0}, nullptr, {}, time};
};

TEST_F(CachedTest, ComputesOnceAndAgainWhenItsTimeHasPassed) {
  Cached<int> cache({.ttl = 10s});
  int computed = 0;
  const auto compute = [&] { return ++computed; };
  EXPECT_EQ(cache.get("a", compute), 1);
  EXPECT_EQ(cache.get("a", compute), 1);
  EXPECT_EQ(cache.get("b", compute), 2);
  time.advance(10s);
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.get("a", compute), 3);
  EXPECT_EQ(*cache.find("a"), 3);
  EXPECT_TRUE(cache.erase("a"));
  EXPECT_EQ(cache.get("a", compute), 4);
}

TEST_F(CachedTest, AHundredThatMissTogetherComputeOnce) {
  Cached<std::string> cache;
  int computed = 0, right = 0;
  for (int i = 0; i < 100; ++i) {
    start([&] {
      const std::string got = cache.get("key", [&] {
        this_fiber::yield();
        ++computed;
        return std::string("value");
      });
      right += got == "value";
    });
  }
  finish();
  EXPECT_EQ(computed, 1);
  EXPECT_EQ(right, 100);
  EXPECT_EQ(cache.figures().misses, 1u);
  EXPECT_EQ(cache.figures().joined, 99u);
}

TEST_F(CachedTest, ALeaderThatFailsHandsOver) {
  Cached<int> cache;
  int tries = 0, failed = 0, right = 0;
  for (int i = 0; i < 10; ++i) {
    start([&] {
      try {
        right += cache.get("key", [&] {
          this_fiber::yield();
          if (++tries <= 2) throw std::runtime_error("not yet");
          return 7;
        }) == 7;
      } catch (const std::runtime_error&) {
        ++failed;
      }
    });
  }
  finish();
  EXPECT_EQ(tries, 3);
  EXPECT_EQ(failed, 2);
  EXPECT_EQ(right, 8);
}

TEST_F(CachedTest, ALeaderWhoseClientGoesHandsOver) {
  Cached<int> cache;
  int computed = 0, right = 0;
  const auto ask = [&] {
    right += cache.get("key", [&] {
      Fiber::self().suspend();
      return ++computed;
    }) == 1;
  };
  Fiber* const leader = start([&] { EXPECT_THROW(ask(), Cancelled); });
  Fiber* const second = start(ask);
  Fiber* const cancelled = start([&] { EXPECT_THROW(ask(), Cancelled); });
  start(ask);
  cancelled->cancel(CancelReason::client_gone);
  leader->cancel(CancelReason::client_gone);
  turn();
  second->resume();
  finish();
  EXPECT_EQ(computed, 1);
  EXPECT_EQ(right, 2);
}

TEST_F(CachedTest, RemembersErrorsOnlyWhenAsked) {
  Cached<int> cache({.errors = 5s});
  int tries = 0;
  const auto compute = [&]() -> int {
    ++tries;
    throw std::runtime_error("down");
  };
  EXPECT_THROW(cache.get("a", compute), std::runtime_error);
  EXPECT_THROW(cache.get("a", compute), std::runtime_error);
  EXPECT_EQ(tries, 1);
  time.advance(5s);
  EXPECT_THROW(cache.get("a", compute), std::runtime_error);
  EXPECT_EQ(tries, 2);
  Cached<int> plain;
  EXPECT_THROW(plain.get("a", compute), std::runtime_error);
  EXPECT_EQ(plain.get("a", [] { return 1; }), 1);
}

TEST_F(CachedTest, AStaleValueServesWhileOneComputesAndWhenItFails) {
  Cached<int> cache({.ttl = 1s, .stale = 10s});
  EXPECT_EQ(cache.get("a", [] { return 1; }), 1);
  time.advance(2s);
  int renewed = 0;
  Fiber* const leader = start([&] {
    renewed = cache.get("a", [] {
      Fiber::self().suspend();
      return 2;
    });
  });
  int meanwhile = 0;
  ASSERT_TRUE(fibers.spawn([&] { meanwhile = cache.get("a", [] { return 3; }); }));
  EXPECT_EQ(meanwhile, 1);
  leader->resume();
  finish();
  EXPECT_EQ(renewed, 2);
  time.advance(2s);
  EXPECT_EQ(cache.get("a", []() -> int { throw std::runtime_error("down"); }), 2);
  time.advance(20s);
  EXPECT_THROW(cache.get("a", []() -> int { throw std::runtime_error("down"); }),
               std::runtime_error);
}

TEST_F(CachedTest, WhatWasErasedWhileItWasComputedIsNotKept) {
  Cached<int> cache;
  int got = 0;
  Fiber* const fiber = start([&] {
    got = cache.get("a", [] {
      Fiber::self().suspend();
      return 1;
    });
  });
  cache.erase("a");
  fiber->resume();
  finish();
  EXPECT_EQ(got, 1);
  EXPECT_EQ(cache.find("a"), nullptr);
}

// Whoever has changed what the value is made of, and erases it, must see the change.
TEST_F(CachedTest, WhoAsksAfterAnEraseDoesNotJoinWhatBeganBeforeIt) {
  for (const bool all : {false, true}) {
    Cached<int> cache;
    int truth = 1, before = 0, after = 0;
    Fiber* const early = start([&] {
      before = cache.get("a", [&] {
        const int seen = truth;
        Fiber::self().suspend();
        return seen;
      });
    });
    truth = 2;
    if (all) {
      cache.clear();
    } else {
      cache.erase("a");
    }
    ASSERT_TRUE(fibers.spawn([&] { after = cache.get("a", [&] { return truth; }); }));
    turn();
    EXPECT_EQ(after, 2);
    early->resume();
    finish();
    EXPECT_EQ(before, 1);
    EXPECT_EQ(after, 2);
    EXPECT_EQ(cache.get("a", [] { return 3; }), 2);
  }
}

TEST_F(CachedTest, WhatIsPutIsNotReplacedByWhatBeganBeforeIt) {
  Cached<int> cache;
  Fiber* const early = start([&] {
    cache.get("a", [] {
      Fiber::self().suspend();
      return 1;
    });
  });
  cache.put("a", 2);
  early->resume();
  finish();
  EXPECT_EQ(*cache.find("a"), 2);
}

}  // namespace
}  // namespace svc
