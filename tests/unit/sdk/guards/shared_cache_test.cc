#include "core/sdk/guards/shared_cache.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/sdk/host.h"

namespace svc {
namespace {

std::vector<RegionHandle> region(const std::string& name, size_t size) {
  std::vector<RegionHandle> handles;
  handles.push_back({name, Region::make(name, size).value(), size});
  return handles;
}

TEST(SharedCacheTest, CachesOfTheDefaultRegionDoNotSeeEachOther) {
  FakeClock clock;
  const WorkerBinding binding({"test", 0, 1, 0}, nullptr, {}, clock);
  SharedCache one("one", {.ttl = 10s}), other("other");
  EXPECT_TRUE(one.put("key", "value"));
  EXPECT_EQ(one.get("key"), "value");
  EXPECT_EQ(other.get("key"), std::nullopt);
  EXPECT_EQ(other.increment("n"), 1);
  EXPECT_EQ(other.increment("n", 4), 5);
  clock.advance(10s);
  EXPECT_EQ(one.get("key"), std::nullopt);
}

TEST(SharedCacheTest, HasARegionOfItsNameForItself) {
  const WorkerBinding binding({"test", 0, 1, 0}, nullptr, region("pages", 1 << 20));
  SharedCache pages("pages", {.entry_max = 8000});
  EXPECT_GE(pages.entry_max(), 8000u);
  const std::string large(7900, 'x');
  EXPECT_TRUE(pages.put("key", large));
  EXPECT_EQ(pages.get("key"), large);
  EXPECT_FALSE(SharedCache("default").put("key", large));
}

TEST(SharedCacheTest, SaysWhatIsWrongWithItsRegion) {
  const WorkerBinding binding({"test", 0, 1, 0}, nullptr, region("pages", Region::kSizeMin));
  EXPECT_THROW(SharedCache("pages", {.entry_max = 100'000}).put("key", "x"), std::runtime_error);
  const WorkerBinding second({"test", 0, 1, 0}, nullptr, region("pages", 1 << 20));
  SharedCache("pages").put("key", "x");
  try {
    SharedCache("pages", {.entry_max = 100}).put("key", "x");
    ADD_FAILURE() << "it was accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(),
                 "shared memory pages is in use for a cache with entries of up to 1024 bytes, not "
                 "for a cache with entries of up to 128 bytes; give it another name or another "
                 "size");
  }
  EXPECT_THROW(WorkerBinding::regions().bytes("other"), std::runtime_error);
}

}  // namespace
}  // namespace svc
