#include "core/process/slots.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(Slots, GoBackToTheServiceThatHadThem) {
  Slots slots(4);
  const auto first = slots.take("alpha");
  const auto second = slots.take("beta");
  slots.give_back(*first);
  EXPECT_NE(slots.take("beta"), first) << "its counters are alpha's";
  EXPECT_EQ(slots.take("alpha"), first);
  EXPECT_EQ(slots.slots_of("alpha"), std::vector<size_t>({*first}));
  EXPECT_EQ(slots.slots_of("beta").size(), 2U);
  EXPECT_EQ(slots.slots_of("beta")[0], *second);
}

TEST(Slots, RunOut) {
  Slots slots(2);
  EXPECT_EQ(slots.free_for("alpha"), 2U);
  EXPECT_TRUE(slots.take("alpha"));
  EXPECT_TRUE(slots.take("alpha"));
  EXPECT_EQ(slots.free_for("alpha"), 0U);
  EXPECT_FALSE(slots.take("alpha"));
  slots.give_back(0);
  EXPECT_EQ(slots.free_for("alpha"), 1U);
  EXPECT_EQ(slots.free_for("beta"), 0U);
}

TEST(SlotsDeathTest, GivingBackTwiceIsOurOwnBug) {
  Slots slots(1);
  EXPECT_DEATH(slots.give_back(0), "check failed");
}

}  // namespace
}  // namespace svc
