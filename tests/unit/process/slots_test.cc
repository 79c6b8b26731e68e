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

TEST(Slots, OfAFormerMasterAreContinuedOnceItsWorkersAreGone) {
  Slots slots(4);
  EXPECT_TRUE(slots.adopt(1, "one"));
  EXPECT_TRUE(slots.adopt(2, "one"));
  EXPECT_FALSE(slots.adopt(1, "two"));
  EXPECT_FALSE(slots.adopt(4, "one"));
  EXPECT_TRUE(slots.hold(1, "one"));
  EXPECT_FALSE(slots.hold(1, "one"));
  EXPECT_FALSE(slots.hold(0, "one"));
  EXPECT_EQ(slots.take("one"), 2u);
  EXPECT_EQ(slots.take("one"), 0u) << "1 may still be written to";
  slots.release_held();
  EXPECT_EQ(slots.take("one"), 1u);
  EXPECT_EQ(slots.slots_of("one"), (std::vector<size_t>{0, 1, 2}));
}

TEST(Slots, ThatAreFrozenGoOnlyToWhomASuccessorExpects) {
  Slots slots(3);
  const auto first = slots.take("one");
  slots.freeze();
  EXPECT_FALSE(slots.take("one"));
  slots.give_back(*first);
  EXPECT_EQ(slots.take("one"), first);
  slots.thaw();
  EXPECT_TRUE(slots.take("one"));
}

}  // namespace
}  // namespace svc
