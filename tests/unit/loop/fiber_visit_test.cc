// A look at a fiber that waits, from its own stack.
#include <execinfo.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "core/loop/fiber.h"
#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

class FiberVisit : public FiberFixture {};

struct Seen {
  const std::byte* frame = nullptr;
  void* addresses[32] = {};
  int count = 0;
};

void look(void* into) {
  auto* seen = static_cast<Seen*>(into);
  seen->frame = static_cast<const std::byte*>(__builtin_frame_address(0));
  seen->count = ::backtrace(seen->addresses, 32);
}

[[gnu::noinline]] void wait_here(void*& here) {
  here = __builtin_return_address(0);
  Fiber::self().suspend();
}

TEST_F(FiberVisit, SeesWhereItWaitsAndLeavesItThere) {
  void* here = nullptr;
  bool ended = false;
  Fiber* const fiber = start([&] {
    wait_here(here);
    try {
      throw std::runtime_error("still in order");
    } catch (const std::exception&) {
      wait_here(here);
    }
    ended = true;
  });
  for (int i = 0; i < 3; ++i) {
    Seen seen;
    ASSERT_TRUE(fiber->visit(&look, &seen));
    EXPECT_GE(seen.frame, fiber->stack_low());
    EXPECT_LT(seen.frame, fiber->stack_low() + fiber->stack_size());
    EXPECT_TRUE(std::find(seen.addresses, seen.addresses + seen.count, here) !=
                seen.addresses + seen.count)
        << "the function that waits is in its backtrace";
    EXPECT_FALSE(ended);
  }
  fiber->resume();
  Seen seen;
  EXPECT_TRUE(fiber->visit(&look, &seen)) << "inside a catch block";
  fiber->resume();
  EXPECT_TRUE(ended);
}

TEST_F(FiberVisit, NeedsRoomOnTheStack) {
  Fiber* const fiber = start([] {
    std::array<char, 220 * 1024> much;
    much.fill('x');
    Fiber::self().suspend();
    EXPECT_EQ(much.back(), 'x');
  });
  Seen seen;
  EXPECT_FALSE(fiber->visit(&look, &seen));
  EXPECT_EQ(seen.count, 0);
  fiber->resume();
}

}  // namespace
}  // namespace svc
