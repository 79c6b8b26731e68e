#include "core/sdk/json/write_json.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "core/sdk/json/json.h"

namespace svc {
namespace {

enum class Color : int8_t { red = -1, green };
struct Inner {
  int8_t small;
  std::optional<int> maybe;
};
struct All {
  bool flag;
  int64_t low;
  uint64_t high;
  double real;
  float single;
  std::string text;
  Color color;
  Json raw;
  std::vector<Inner> list;
  std::vector<bool> flags;
  std::array<int, 2> pair;
  std::map<std::string, int> map;
  Default<Int<1, 9>, 4> number;
  Text<0, 9> name;
};

TEST(WriteJson, WritesEveryKindInTheOrderOfTheStruct) {
  const All all{true,
                INT64_MIN,
                UINT64_MAX,
                1.0,
                0.1f,
                "a\"\n\xff",
                Color::red,
                {"[1]"},
                {{-7, 3}, {7, std::nullopt}},
                {true, false},
                {1, 2},
                {{"k", 1}},
                {},
                "n"};
  EXPECT_EQ(to_json(all),
            R"({"flag":true,"low":-9223372036854775808,"high":18446744073709551615,"real":1.0,)"
            R"("single":0.1,"text":"a\"\n)"
            "\xEF\xBF\xBD"
            R"(","color":"red","raw":[1],"list":[{"small":-7,"maybe":3},{"small":7,"maybe":null}],)"
            R"("flags":[true,false],"pair":[1,2],"map":{"k":1},"number":4,"name":"n"})");
}

TEST(WriteJson, KeysAndLongTextsAreValidUtf8Too) {
  EXPECT_EQ(to_json(std::map<std::string, int>{{"k\xff", 1}}), "{\"k\xEF\xBF\xBD\":1}");
  EXPECT_EQ(to_json(std::vector<std::string>{"12345678\xc3", "1234567890123456\xc3\xa9"}),
            "[\"12345678\xEF\xBF\xBD\",\"1234567890123456\xc3\xa9\"]");
}

TEST(WriteJson, WhatIsWrittenIsReadBackTheSame) {
  const Inner inner{-7, 3};
  EXPECT_EQ(to_json(from_json<Inner>(to_json(inner))), to_json(inner));
}

TEST(WriteJson, NumbersThatJsonLacksAreNull) {
  EXPECT_EQ(to_json(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(to_json(std::numeric_limits<float>::infinity()), "null");
  EXPECT_EQ(to_json(2.0f), "2.0");
}

struct Tree {
  std::vector<Tree> kids;
};

TEST(WriteJson, TooDeepAResultIsAnExceptionAndNotTheEndOfTheWorker) {
  Tree tree;
  for (int i = 0; i < 100; ++i) {
    Tree parent;
    parent.kids.push_back(std::move(tree));
    tree = std::move(parent);
  }
  EXPECT_THROW(to_json(tree), std::length_error);
}

TEST(WriteJson, EnumValueWithoutANameIsAnException) {
  EXPECT_THROW(to_json(static_cast<Color>(99)), std::invalid_argument);
}

}  // namespace
}  // namespace svc
