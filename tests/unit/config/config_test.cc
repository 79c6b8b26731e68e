#include "config/config.h"

#include "config/cpus.h"

namespace svc {
namespace {

TEST(Config, StartsAsManyWorkersAsWritten) {
  EXPECT_EQ(initial_workers({false, 3, 3}), 3U);
  EXPECT_EQ(initial_workers({false, 2, 8}), 2U) << "a range begins at its lower end";
  EXPECT_EQ(initial_workers({}), cpus_allowed());
}

}  // namespace
}  // namespace svc
