#include "core/loop/fiber_stack.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/base/fault.h"

namespace svc {
namespace {

size_t resident_bytes(std::span<std::byte> memory) {
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages(memory.size() / page);
  EXPECT_EQ(::mincore(memory.data(), memory.size(), pages.data()), 0);
  return static_cast<size_t>(std::ranges::count_if(pages, [](auto p) { return (p & 1) != 0; })) *
         page;
}

TEST(FiberStack, IsWritableFromEndToEndAndTouchesNoPageByItself) {
  const FiberStack stack = FiberStack::map(100'000).value();
  EXPECT_GE(stack.usable().size(), 100'000u);
  EXPECT_EQ(resident_bytes(stack.usable()), 0u);
  std::ranges::fill(stack.usable(), std::byte{1});
  EXPECT_EQ(resident_bytes(stack.usable()), stack.usable().size());
}

TEST(FiberStack, IsNeverSmallerThanItsMinimum) {
  EXPECT_GE(FiberStack::map(1).value().usable().size(), FiberStack::kBytesMin);
}

TEST(FiberStack, GuardsTheBytesBelowItAndNoOthers) {
  const FiberStack stack = FiberStack::map(64 * 1024).value();
  const std::byte* const low = stack.usable().data();
  EXPECT_TRUE(stack.guards(low - 1));
  EXPECT_TRUE(stack.guards(low - FiberStack::kGuardBytes));
  EXPECT_FALSE(stack.guards(low - FiberStack::kGuardBytes - 1));
  EXPECT_FALSE(stack.guards(low));
  EXPECT_FALSE(stack.guards(nullptr));
}

TEST(FiberStackDeathTest, ATouchOfTheGuardIsAFault) {
  const FiberStack stack = FiberStack::map(64 * 1024).value();
  volatile std::byte* const guard = stack.usable().data() - 1;
  EXPECT_DEATH(*guard = std::byte{1}, "");
}

TEST(FiberStack, ReturnsPagesButThoseThatAreKept) {
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  const FiberStack stack = FiberStack::map(16 * page).value();
  std::ranges::fill(stack.usable(), std::byte{1});
  stack.return_pages(2 * page + 1);  // Part of a page is a page.
  EXPECT_EQ(resident_bytes(stack.usable()), 3 * page);
  EXPECT_EQ(stack.usable()[stack.usable().size() - 3 * page], std::byte{1});
  EXPECT_EQ(stack.usable()[0], std::byte{0});
  stack.return_pages(1 << 30);
}

TEST(FiberStack, MappingSurvivesEachSystemCallFailing) {
  for (const char* call : {"mmap", "mprotect"}) {
    sys::fault::fail_nth(1, call, ENOMEM);
    const auto mapped = FiberStack::map(64 * 1024);
    sys::fault::never();
    ASSERT_FALSE(mapped);
    EXPECT_EQ(mapped.error().text, std::string(call) + " fiber stack: Cannot allocate memory");
  }
}

}  // namespace
}  // namespace svc
