// Reload after reload, the master keeps nothing of those that are gone.
#include <gtest/gtest.h>

#include "tests/support/proc.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

TEST(Leaks, ReloadsLeaveNeitherDescriptorsNorMemoryInTheMaster) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr int64_t kGrowthMaxKib = 1024 * 1024;  // Sanitizers keep what has been freed.
#else
  constexpr int64_t kGrowthMaxKib = 1024;
#endif
  Svcd svcd(chaos_service("one", 1) + chaos_service("two", 1));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto reload = [&](int times) {
    for (int i = 0; i < times; ++i) ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
    ASSERT_TRUE(svcd.wait_ready("one", 1) && svcd.wait_ready("two", 1));
  };
  reload(10);
  const size_t descriptors = descriptors_of(svcd.pid());
  const int64_t memory = memory_kib(svcd.pid(), "RssAnon");
  ASSERT_GT(descriptors, 0u);
  ASSERT_GT(memory, 0);
  reload(30);
  EXPECT_TRUE(eventually([&] { return descriptors_of(svcd.pid()) == descriptors; }))
      << descriptors << " before, " << descriptors_of(svcd.pid()) << " now";
  EXPECT_LE(memory_kib(svcd.pid(), "RssAnon") - memory, kGrowthMaxKib);
  EXPECT_EQ(children_of(svcd.pid()).size(), 2u);
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
