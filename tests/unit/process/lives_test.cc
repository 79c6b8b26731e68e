#include "core/process/lives.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace svc {
namespace {

TEST(Lives, AreOverWhenTheLastHolderHasGone) {
  auto loop = EventLoop::create();
  ASSERT_TRUE(loop);
  Lives former(**loop), ours(**loop);
  ASSERT_TRUE(former.open());
  ASSERT_TRUE(ours.open());
  int alone = 0;
  ours.when_alone([&] { ++alone; });
  Fd holder(::dup(former.held()));
  Fd other(::dup(former.held()));
  for (const int reader : former.readers()) {
    ASSERT_TRUE(ours.add(Fd(::dup(reader))));
    ASSERT_TRUE(ours.add(Fd(::dup(reader))));  // Known.
  }
  ASSERT_TRUE(former.open());  // The former master lets go of its own.
  EXPECT_EQ(ours.readers().size(), 2u);
  holder.reset();
  ASSERT_TRUE((*loop)->turn(0ms));
  EXPECT_FALSE(ours.alone());
  other.reset();
  ASSERT_TRUE((*loop)->turn(1s));
  EXPECT_TRUE(ours.alone());
  EXPECT_EQ(alone, 1);
  EXPECT_EQ(ours.readers().size(), 1u);
}

}  // namespace
}  // namespace svc
