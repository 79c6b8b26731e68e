#include "core/board/region.h"

#include <gtest/gtest.h>

#include <utility>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kSize = Region::kSizeMin;

Fd copy_of(const Fd& fd) { return Fd(sys::dup_cloexec(fd.get())); }

TEST(Region, IsTheSameMemoryForAllThatHoldIt) {
  const auto memfd = Region::make("counters", kSize);
  ASSERT_TRUE(memfd);
  const auto one = Region::attach(copy_of(*memfd), kSize);
  const auto two = Region::attach(copy_of(*memfd), kSize);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->bytes().size(), kSize - Region::kHeaderSize);
  EXPECT_EQ(one->bytes()[7], std::byte{0});
  one->bytes()[7] = std::byte{42};
  EXPECT_EQ(two->bytes()[7], std::byte{42});
  EXPECT_EQ(one->seed(), two->seed());
}

TEST(Region, HasASeedOfItsOwn) {
  const auto a = Region::attach(Region::make("a", kSize).value(), kSize);
  const auto b = Region::attach(Region::make("b", kSize).value(), kSize);
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->seed(), b->seed());
}

TEST(Region, IsUsedForOneThing) {
  const auto memfd = Region::make("a", kSize);
  const auto one = Region::attach(copy_of(*memfd), kSize);
  const auto two = Region::attach(copy_of(*memfd), kSize);
  EXPECT_EQ(one->claim(3), 3u);
  EXPECT_EQ(two->claim(3), 3u);
  EXPECT_EQ(two->claim(4), 3u);
}

TEST(Region, RefusesWhatIsNone) {
  EXPECT_FALSE(Region::make("small", 4096));
  EXPECT_FALSE(Region::attach(Fd(), kSize));
  const auto memfd = Region::make("a", kSize);
  EXPECT_FALSE(Region::attach(copy_of(*memfd), 2 * kSize));  // Another size was configured.
  auto plain = SharedMapping::create("plain", kSize);
  ASSERT_TRUE(plain);
  EXPECT_FALSE(Region::attach(Fd(sys::dup_cloexec(plain->descriptor())), kSize));
}

}  // namespace
}  // namespace svc
