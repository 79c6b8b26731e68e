#include "core/process/steering.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

using Keepers = std::map<uint32_t, uint32_t>;

TEST(Steering, GivesAQueueToTheNextWorkerThatIsWell) {
  EXPECT_EQ(keepers_of(4, {}), Keepers());
  EXPECT_EQ(keepers_of(4, {1}), (Keepers{{1, 2}}));
  EXPECT_EQ(keepers_of(4, {1, 2}), (Keepers{{1, 3}, {2, 3}}));
}

TEST(Steering, GoesAroundTheEnd) {
  EXPECT_EQ(keepers_of(3, {2}), (Keepers{{2, 0}}));
  EXPECT_EQ(keepers_of(3, {0, 2}), (Keepers{{0, 1}, {2, 1}}));
}

}  // namespace
}  // namespace svc
