#include "core/sdk/json/json_text.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(JsonText, HalfASurrogatePairIsFound) {
  EXPECT_FALSE(has_lone_surrogate(R"(["\ud83d\ude00"])"));
  EXPECT_TRUE(has_lone_surrogate(R"(["\ud83d"])"));
  EXPECT_TRUE(has_lone_surrogate(R"(["\ude00"])"));
  EXPECT_TRUE(has_lone_surrogate(R"(["\uDE00"])"));
  EXPECT_TRUE(has_lone_surrogate(R"(["\ud83d\u0041"])"));
  EXPECT_TRUE(has_lone_surrogate(R"(["\ud83dx\ude00"])"));
  EXPECT_FALSE(has_lone_surrogate(R"(["\\ud83d"])")) << "an escaped backslash, then letters";
  EXPECT_TRUE(has_lone_surrogate(R"(["\\\ud83d"])"));
  EXPECT_FALSE(has_lone_surrogate("\\"));
  EXPECT_FALSE(has_lone_surrogate("\\ud8"));
}

TEST(JsonText, LongIntegersBecomeFractions) {
  EXPECT_EQ(widen_long_integers(R"({"a":12,"b":99999999999999999999})"),
            R"({"a":12,"b":99999999999999999999.0})");
  EXPECT_EQ(widen_long_integers("-99999999999999999999"), "-99999999999999999999.0");
  EXPECT_EQ(widen_long_integers("[-9223372036854775808,-9223372036854775809]"),
            "[-9223372036854775808,-9223372036854775809.0]");
  EXPECT_EQ(widen_long_integers("[18446744073709551615,18446744073709551616]"),
            "[18446744073709551615,18446744073709551616.0]");
  EXPECT_EQ(widen_long_integers(R"(["99999999999999999999","\"99999999999999999999"])"),
            R"(["99999999999999999999","\"99999999999999999999"])");
  EXPECT_EQ(widen_long_integers("99999999999999999999e1"), "99999999999999999999e1");
}

TEST(JsonText, NumbersTooLargeForADoubleAreFound) {
  EXPECT_TRUE(has_infinite_number("[1e999]"));
  EXPECT_TRUE(has_infinite_number("-1e999"));
  EXPECT_TRUE(has_infinite_number(std::string(400, '9')));
  EXPECT_FALSE(has_infinite_number("[1e-999, 1e308]"));
  EXPECT_FALSE(has_infinite_number(R"(["1e999"])"));
}

}  // namespace
}  // namespace svc
