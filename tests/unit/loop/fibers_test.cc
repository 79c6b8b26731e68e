#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "core/base/fault.h"
#include "core/loop/fiber.h"
#include "core/loop/sanitizer.h"
#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

class FibersTest : public FiberFixture {};

void suspend() { Fiber::current()->suspend(); }

size_t resident_bytes() {
  std::FILE* const file = std::fopen("/proc/self/statm", "re");
  size_t pages = 0;
  EXPECT_EQ(std::fscanf(file, "%*u %zu", &pages), 1);
  std::fclose(file);
  return pages * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

size_t resident_bytes(std::byte* low, size_t size) {
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages(size / page);
  EXPECT_EQ(::mincore(low, size, pages.data()), 0);
  return static_cast<size_t>(std::ranges::count_if(pages, [](auto p) { return (p & 1) != 0; })) *
         page;
}

// Returns a sum, so that no compiler turns it into a loop.
[[gnu::noinline]] int dig(size_t depth) {
  volatile char frame[1024];
  frame[depth % sizeof frame] = 1;
  return depth == 0 ? frame[0] : dig(depth - 1) + frame[0];
}

TEST_F(FibersTest, SpawnSaysWithNullThatTheBodyHasReturnedAlready) {
  bool ran = false;
  EXPECT_EQ(fibers.spawn([&] { ran = true; }).value(), nullptr);
  EXPECT_TRUE(ran);
  EXPECT_EQ(fibers.live(), 0u);
}

TEST_F(FibersTest, SpawnedByAFiberItRunsAtTheEndOfTheTurn) {
  std::vector<int> order;
  run([&] {
    EXPECT_NE(fibers.spawn([&] { order.push_back(2); }).value(), nullptr);
    EXPECT_EQ(fibers.live(), 2u);
    order.push_back(1);
  });
  turn();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST_F(FibersTest, RunQueuedNeedsNoTurn) {
  int ran = 0;
  run([&] { ASSERT_TRUE(fibers.spawn([&] { ++ran; })); });
  fibers.run_queued();
  EXPECT_EQ(ran, 1);
  turn();
  EXPECT_EQ(ran, 1);
}

TEST_F(FibersTest, MoreThanLiveMaxAreRefused) {
  Fibers two(*loop, {.live_max = 2});
  std::vector<Fiber*> alive{two.spawn(suspend).value(), two.spawn(suspend).value()};
  const auto third = two.spawn(suspend);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, std::errc::resource_unavailable_try_again);
  alive[0]->resume();
  alive[0] = two.spawn(suspend).value();
  for (Fiber* fiber : alive) fiber->resume();
}

TEST_F(FibersTest, FinishedStacksAreUsedAgainUpToPooledMax) {
  Fibers small(*loop, {.pooled_max = 2});
  std::vector<Fiber*> alive;
  for (int i = 0; i < 5; ++i) alive.push_back(small.spawn(suspend).value());
  for (Fiber* fiber : alive) fiber->resume();
  EXPECT_EQ(small.pooled(), 2u);
  sys::fault::never();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(small.spawn([] {}));
  EXPECT_EQ(sys::fault::calls(), 0u);  // Neither memory nor anything else is asked of the kernel.
}

TEST_F(FibersTest, PagesOfADeepRunAreReturnedAMomentLater) {
#if defined(SVC_ASAN) || defined(SVC_TSAN)
  GTEST_SKIP() << "a sanitizer keeps frames elsewhere";
#endif
  std::byte* low = nullptr;
  const auto deep = [&] {
    dig(100);
    low = Fiber::current()->stack_low();
  };
  run(deep);
  const size_t size = FiberLimits{}.stack_bytes;
  EXPECT_GE(resident_bytes(low, size), 100u * 1024);
  pass(Fibers::kTrimAfter);
  EXPECT_LE(resident_bytes(low, size), Fibers::kWarmBytes);
  run(deep);  // And the stack is as good as before.
}

TEST_F(FibersTest, SpawnSurvivesEachSystemCallFailing) {
  for (const char* call : {"mmap", "mprotect"}) {
    sys::fault::fail_nth(1, call);
    const auto spawned = fibers.spawn(suspend);
    EXPECT_TRUE(sys::fault::happened());
    sys::fault::never();
    ASSERT_FALSE(spawned);
    EXPECT_EQ(fibers.live(), 0u);
  }
  start(suspend)->resume();
}

TEST_F(FibersTest, TenThousandSuspendedOnesTakeLittleMoreThanAPageEach) {
#if defined(SVC_ASAN) || defined(SVC_TSAN)
  GTEST_SKIP() << "a sanitizer's shadow is not ours to bound";
#endif
  constexpr size_t kCount = 10'000;
  std::vector<Fiber*> alive;
  alive.reserve(kCount);
  const size_t before = resident_bytes();
  for (size_t i = 0; i < kCount; ++i) alive.push_back(start(suspend));
  const size_t grown = resident_bytes() - before;
  RecordProperty("bytes_each", static_cast<int>(grown / kCount));
  EXPECT_LE(grown, 44u << 20);
  for (Fiber* fiber : alive) fiber->resume();
  EXPECT_EQ(fibers.live(), 0u);
}

TEST_F(FibersTest, AnObserverSeesEachStretchOnTheThread) {
  struct Observer final : FiberObserver {
    void fiber_entered(const Fiber& fiber) noexcept override {
      EXPECT_EQ(Fiber::current(), nullptr);
      seen.push_back(&fiber);
    }
    void fiber_left(const Fiber& fiber) noexcept override {
      EXPECT_EQ(seen.back(), &fiber);
      ++left;
    }
    std::vector<const Fiber*> seen;
    int left = 0;
  } observer;
  fibers.observe(&observer);
  Fiber* const fiber = start(suspend);
  fiber->resume();
  EXPECT_EQ(observer.seen, std::vector<const Fiber*>(2, fiber));
  EXPECT_EQ(observer.left, 2);
}

TEST_F(FibersTest, WorkDeferredForThemMayComeAfterTheirEnd) {
  {
    Fibers brief(*loop);
    ASSERT_TRUE(brief.spawn([&] { ASSERT_TRUE(brief.spawn([] {})); }));
    brief.run_queued();
  }
  turn();
}

// In a child of its own: the handler of a worker does the same, on an alternate stack too.
void overflow_and_report(Fibers& fibers) {
  static std::byte alternate[64 * 1024];
  stack_t stack{};
  stack.ss_sp = alternate;
  stack.ss_size = sizeof alternate;
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  action.sa_sigaction = [](int, siginfo_t* info, void*) {
    ::_exit(Fibers::is_stack_overflow(info->si_addr) ? 10 : 11);
  };
  ::sigaction(SIGSEGV, &action, nullptr);
  static_cast<void>(fibers.spawn([] { dig(1 << 20); }));
  ::_exit(12);
}

using FibersDeathTest = FibersTest;

TEST_F(FibersDeathTest, AStackOverflowIsRecognisedInASignalHandler) {
  EXPECT_EXIT(overflow_and_report(fibers), ::testing::ExitedWithCode(10), "");
}

TEST_F(FibersDeathTest, AnyOtherFaultIsNotCalledAnOverflow) {
  EXPECT_FALSE(Fibers::is_stack_overflow(nullptr));
  run([&] {
    Fiber* const self = Fiber::current();
    EXPECT_FALSE(Fibers::is_stack_overflow(nullptr));
    EXPECT_FALSE(Fibers::is_stack_overflow(self->stack_low()));
    EXPECT_TRUE(Fibers::is_stack_overflow(self->stack_low() - 1));
  });
}

TEST_F(FibersDeathTest, DestroyingThemWhileOneLivesIsABug) {
  EXPECT_DEATH(
      {
        Fibers doomed(*loop);
        static_cast<void>(doomed.spawn(suspend));
      },
      "live_ == 0");
}

}  // namespace
}  // namespace svc
