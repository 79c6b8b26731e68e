#include "core/process/regions.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(ServiceRegions, AreKeptAsLongAsTheirSizeStays) {
  ServiceConfig config;
  config.name = "users";
  config.shared_memory = {{"sessions", "1MiB"}, {"pages", "64KiB"}};
  const auto first = regions_for(config, {});
  ASSERT_TRUE(first) << first.error().text;
  ASSERT_EQ(first->size(), 3u);
  EXPECT_EQ((*first)[0].name, "default");
  EXPECT_EQ((*first)[0].size, kRegionOfEachSize);
  config.shared_memory["pages"] = "128KiB";
  const auto second = regions_for(config, *first);
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)[0].memfd, (*first)[0].memfd);
  EXPECT_NE((*second)[1].memfd, (*first)[1].memfd);
  EXPECT_EQ((*second)[1].size, uint64_t{128} << 10);
  EXPECT_EQ((*second)[2].memfd, (*first)[2].memfd);
}

TEST(ServiceRegions, TheDefaultOneMayHaveAnotherSize) {
  ServiceConfig config;
  config.shared_memory = {{"default", "64MiB"}};
  const auto regions = regions_for(config, {});
  ASSERT_TRUE(regions);
  ASSERT_EQ(regions->size(), 1u);
  EXPECT_EQ((*regions)[0].size, uint64_t{64} << 20);
}

}  // namespace
}  // namespace svc
