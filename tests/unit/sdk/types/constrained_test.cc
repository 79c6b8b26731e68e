#include "core/sdk/types/constrained.h"

#include <gtest/gtest.h>

#include "core/sdk/types/describe.h"
#include "tests/unit/sdk/types/judge.h"

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

TEST(Constrained, NumberHasBoundsThatMayBeOpen) {
  using testing::judge;
  using Price = Number<above(0), 100>;
  EXPECT_EQ(judge<Price>("0.01"), "ok");
  EXPECT_EQ(judge<Price>("100"), "ok");
  EXPECT_EQ(judge<Price>("0"), "body greater_than");
  EXPECT_EQ(judge<Price>("-0.0"), "body greater_than");
  EXPECT_EQ(judge<Price>("100.00001"), "body less_than_equal");
  EXPECT_EQ((judge<Number<0, below(1)>>("1")), "body less_than");
  EXPECT_EQ((judge<Number<-90, 90>>("-90.5")), "body greater_than_equal");
  EXPECT_EQ(judge<Number<>>("1e308"), "ok");
  EXPECT_EQ(judge<Number<>>(R"("1")"), "body float_type");
  EXPECT_EQ(testing::from_text<Price>("nan"), "text float_parsing");
  EXPECT_EQ((Number<5, 10>().value()), 5.0);
  EXPECT_EQ((Default<Number<0>, 0.5>() * 2), 1.0);
}

TEST(Constrained, ListAndMapHaveABoundedNumberOfElements) {
  using testing::judge;
  EXPECT_EQ((judge<List<int, 1, 2>>("[]")), "body too_short");
  EXPECT_EQ((judge<List<int, 1, 2>>("[1,2]")), "ok");
  EXPECT_EQ((judge<List<int, 1, 2>>("[1,2,3]")), "body too_long");
  EXPECT_EQ((judge<Map<int, 0, 1>>(R"({"a":1})")), "ok");
  EXPECT_EQ((judge<Map<int, 0, 1>>(R"({"a":1,"b":2})")), "body too_long");
}

TEST(Constrained, DefaultWithoutAValueIsAnEmptyOne) {
  struct Holder {
    Default<std::vector<std::string>> tags;
    Default<int> count;
    Default<std::chrono::seconds, 30> wait;
    Default<Email, "a@b.c"> mail;
  };
  EXPECT_EQ(testing::again<Holder>("{}"), R"({"tags":[],"count":0,"wait":"PT30S","mail":"a@b.c"})");
  EXPECT_EQ(testing::judge<Holder>(R"({"tags":null})"), "body.tags list_type");
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
