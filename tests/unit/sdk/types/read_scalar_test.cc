#include "core/sdk/types/read_scalar.h"

#include <gtest/gtest.h>

#include "core/sdk/types/describe.h"

namespace svc {
namespace {

enum class Color { red, green };

template <class T>
struct Got {
  T value{};
  std::string type;  // Of the issue; empty: none.
  std::string msg;
};

template <class T>
Got<T> read(std::string_view text) {
  Got<T> got;
  Issues issues;
  read_text(text, type_info<T>(), &got.value, InputPlace::of("query"), issues);
  if (!issues.empty()) {
    got.type = issues.list()[0].type;
    got.msg = issues.list()[0].msg;
  }
  return got;
}

TEST(ReadText, IntegersAreReadToTheirLastDigit) {
  EXPECT_EQ(read<int>("-12").value, -12);
  EXPECT_EQ(read<uint64_t>("18446744073709551615").value, UINT64_MAX);
  EXPECT_EQ(read<int64_t>("-9223372036854775808").value, INT64_MIN);
  for (const char* text : {"", "x", "1x", " 1", "1 ", "1.0", "+1", "0x1", "--1", "-"}) {
    EXPECT_EQ(read<int>(text).type, "int_parsing") << text;
  }
}

TEST(ReadText, IntegersOutOfBoundsAreTooLargeOrTooSmall) {
  EXPECT_EQ(read<int8_t>("128").type, "less_than_equal");
  EXPECT_EQ(read<int8_t>("-129").type, "greater_than_equal");
  EXPECT_EQ(read<uint8_t>("-1").type, "greater_than_equal");
  EXPECT_EQ(read<int64_t>("9223372036854775808").type, "less_than_equal");
  EXPECT_EQ(read<int>("99999999999999999999999").type, "less_than_equal");
  EXPECT_EQ(read<int>("-99999999999999999999999").type, "greater_than_equal");
  EXPECT_EQ(read<uint64_t>("18446744073709551616").type, "less_than_equal");
  EXPECT_EQ((read<Int<0, 35>>("36").msg), "must be at most 35");
  EXPECT_EQ((read<Int<0, 35>>("-1").msg), "must be at least 0");
  EXPECT_EQ((read<Int<-9, -5>>("-4").type), "less_than_equal");
  EXPECT_EQ((read<Int<-9, -5>>("-9").value.value()), -9);
}

TEST(ReadText, NumbersAreFiniteAndComplete) {
  EXPECT_EQ(read<double>("1.5e3").value, 1500);
  for (const char* text : {"nan", "inf", "-inf", "NAN", "1.5x", "", "0x1p3", "infinity"}) {
    EXPECT_EQ(read<double>(text).type, "float_parsing") << text;
  }
  EXPECT_EQ(read<double>("1e999").type, "finite_number");
  EXPECT_EQ(read<float>("1e39").type, "finite_number");
}

TEST(ReadText, BooleansAreTrueOrFalse) {
  for (const char* const yes : {"true", "1", "True", "TRUE", "on", "yes", "t", "Y"}) {
    EXPECT_TRUE(read<bool>(yes).value) << yes;
  }
  for (const char* const no : {"false", "0", "False", "FALSE", "off", "no", "f", "N"}) {
    EXPECT_EQ(read<bool>(no).type, "") << no;
    EXPECT_FALSE(read<bool>(no).value) << no;
  }
  for (const char* const neither : {"", "2", "truee", "tru", "01", " true"}) {
    EXPECT_EQ(read<bool>(neither).type, "bool_parsing") << neither;
  }
}

TEST(ReadText, TextsAreValidUtf8AndCountedInCharacters) {
  EXPECT_EQ(read<std::string>("añb").value, "añb");
  EXPECT_EQ(read<std::string>("\xff").type, "string_unicode");
  EXPECT_EQ((read<Text<1, 3>>("añb").type), "");
  EXPECT_EQ((read<Text<1, 3>>("añbc").msg), "must have at most 3 characters");
  EXPECT_EQ((read<Text<1, 3>>("").msg), "must have at least 1 character");
}

TEST(ReadText, EnumeratorsGoByName) {
  EXPECT_EQ(read<Color>("green").value, Color::green);
  EXPECT_EQ(read<Color>("0").type, "enum");
  EXPECT_EQ(read<Color>("blue").msg, "must be one of 'red', 'green'");
}

TEST(ReadText, OptionalsAreFilledAndListsGrow) {
  EXPECT_EQ(read<std::optional<int>>("7").value, 7);
  std::vector<int> list;
  std::vector<bool> flags;
  Issues issues;
  for (const char* text : {"1", "2"}) {
    read_text(text, type_info<std::vector<int>>(), &list, InputPlace::of("query"), issues);
  }
  read_text("true", type_info<std::vector<bool>>(), &flags, InputPlace::of("query"), issues);
  EXPECT_EQ(list, (std::vector<int>{1, 2}));
  EXPECT_EQ(flags, (std::vector<bool>{true}));
}

}  // namespace
}  // namespace svc
