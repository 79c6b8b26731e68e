#include "core/sdk/types/constrained.h"

#include <gtest/gtest.h>

#include "core/sdk/types/describe.h"

namespace svc {
namespace {

enum class Level { low, high };

TEST(Constrained, IntBehavesAsANumber) {
  Int<1, 10> n = 3;
  EXPECT_EQ(n * 2, 6);
  EXPECT_EQ((Int<5, 9>().value()), 5) << "its default lies within its bounds";
  EXPECT_EQ((Int<-9, -5>().value()), -5);
}

TEST(Constrained, TextBehavesAsAString) {
  Text<1, 8> text("abc");
  EXPECT_EQ("x" + text, "xabc");
  EXPECT_EQ(text.size(), 3u);
  const std::string copy = text;
  EXPECT_EQ(copy, "abc");
}

TEST(Constrained, DefaultHasItsValueAndBehavesAsItsType) {
  EXPECT_EQ((Default<Int<1, 100>, 7>() + 1), 8);
  EXPECT_EQ((Default<double, 0.5>().value()), 0.5);
  EXPECT_EQ((Default<bool, true>().value()), true);
  EXPECT_EQ((Default<Level, Level::high>().value()), Level::high);
  EXPECT_EQ((Default<std::string, "abc">()), "abc");
  EXPECT_EQ((Default<Text<1, 4>, "xy">()), "xy");
  Default<std::string, "abc"> changed;
  changed = "other";
  EXPECT_EQ(changed, "other");
}

TEST(Constrained, DescriptionHasTheBounds) {
  const TypeInfo& qty = type_info<Default<Int<1, 100>, 7>>();
  EXPECT_EQ(qty.kind, TypeKind::integer);
  EXPECT_EQ(qty.presence, Presence::defaulted);
  EXPECT_EQ(qty.minimum, 1);
  EXPECT_EQ(qty.maximum, 100u);
  const TypeInfo& text = type_info<Text<2, 4>>();
  EXPECT_EQ(text.presence, Presence::required);
  EXPECT_EQ(text.length_min, 2u);
  EXPECT_EQ(text.length_max, 4u);
}

}  // namespace
}  // namespace svc
