#include "core/sdk/json/choose_alternative.h"

#include <gtest/gtest.h>

#include "tests/unit/sdk/types/judge.h"

namespace svc {
namespace {

using testing::again;
using testing::from_text;
using testing::judge;

enum class Size { small, large };
struct Name {
  std::string name;
};
struct Pet {
  std::string name;
  std::optional<int> age;
};
struct Cat {
  Literal<"cat"> type;
  int lives;
};
struct Dog {
  Literal<"dog"> type;
  bool barks;
};

// The index of the alternative that a text becomes, or what is wrong.
template <class V>
std::string index_of(std::string_view json) {
  V value;
  const std::string verdict = judge(json, &value);
  return verdict == "ok" ? std::to_string(value.index()) : verdict;
}

TEST(ChooseAlternative, ByTheKindOfTheValue) {
  using All = std::variant<bool, int, double, std::string, std::vector<int>, Name>;
  EXPECT_EQ(index_of<All>("true"), "0");
  EXPECT_EQ(index_of<All>("3"), "1");
  EXPECT_EQ(index_of<All>("3.5"), "2");
  EXPECT_EQ(index_of<All>("3000000000"), "2") << "no int, but a double";
  EXPECT_EQ(index_of<All>(R"("x")"), "3");
  EXPECT_EQ(index_of<All>("[1]"), "4");
  EXPECT_EQ(index_of<All>(R"({"name":"x"})"), "5");
  EXPECT_EQ(index_of<All>("null"), "body union");
  EXPECT_EQ(index_of<All>("[true]"), "body[0] int_type");
}

TEST(ChooseAlternative, NumbersGoToTheIntegerThatHoldsThem) {
  using V = std::variant<double, uint8_t, int64_t>;
  EXPECT_EQ(index_of<V>("255"), "1");
  EXPECT_EQ(index_of<V>("256"), "2");
  EXPECT_EQ(index_of<V>("-1"), "2");
  EXPECT_EQ(index_of<V>("18446744073709551615"), "0");
  EXPECT_EQ(index_of<V>("1.0"), "0");
  EXPECT_EQ((index_of<std::variant<int, std::string>>("1.5")), "body int_from_float");
  EXPECT_EQ((index_of<std::variant<std::string, std::chrono::seconds>>("5")), "1");
}

TEST(ChooseAlternative, TextsGoToTheFirstThatTakesThem) {
  using V = std::variant<Size, Uuid, std::chrono::sys_days, Email, Text<0, 3>>;
  EXPECT_EQ(index_of<V>(R"("large")"), "0");
  EXPECT_EQ(index_of<V>(R"("123e4567-e89b-12d3-a456-426614174000")"), "1");
  EXPECT_EQ(index_of<V>(R"("2026-01-31")"), "2");
  EXPECT_EQ(index_of<V>(R"("a@b.c")"), "3");
  EXPECT_EQ(index_of<V>(R"("xyz")"), "4");
  EXPECT_EQ(index_of<V>(R"("xyzz")"), "body enum") << "what the first one says";
}

TEST(ChooseAlternative, StructsAreToldApartByTheirMembers) {
  using V = std::variant<Name, Pet, std::map<std::string, int>>;
  EXPECT_EQ(index_of<V>(R"({"name":"x"})"), "0") << "the first of two that fit";
  EXPECT_EQ(index_of<V>(R"({"name":"x","age":1})"), "1") << "more of its members are there";
  EXPECT_EQ(index_of<V>(R"({"a":1})"), "2") << "no struct is complete";
  EXPECT_EQ(index_of<V>(R"({"name":7})"), "body.name string_type");
  EXPECT_EQ((index_of<std::variant<Name, Pet>>("{}")), "body.name missing");
}

TEST(ChooseAlternative, LiteralsTellStructsApart) {
  using V = std::variant<Cat, Dog>;
  EXPECT_EQ(again<V>(R"({"type":"dog","barks":true})"), R"({"type":"dog","barks":true})");
  EXPECT_EQ(index_of<V>(R"({"type":"cat"})"), "body.lives missing");
  EXPECT_EQ(index_of<V>(R"({"type":"dog","lives":9})"), "body.barks missing");
  EXPECT_EQ(index_of<V>(R"({"type":"cow"})"), "body.type literal_error");
  Issues issues;
  V value;
  ASSERT_TRUE(from_json(R"({"type":"cow"})", value, issues));
  EXPECT_EQ(describe_issues(issues.list()), "body.type: must be 'cat' or 'dog'");
}

TEST(ChooseAlternative, ArraysOfTheRightSizeBeforeLists) {
  using V = std::variant<std::vector<int>, std::array<int, 2>>;
  EXPECT_EQ(index_of<V>("[1,2]"), "1");
  EXPECT_EQ(index_of<V>("[1]"), "0");
  EXPECT_EQ((index_of<std::variant<std::array<int, 2>, bool>>("[1]")), "body too_short");
}

TEST(ChooseAlternative, JsonTakesTheRest) {
  using V = std::variant<int, Json>;
  EXPECT_EQ(index_of<V>("1"), "0");
  EXPECT_EQ(index_of<V>("null"), "1");
  EXPECT_EQ(index_of<V>("[1]"), "1");
}

struct Tree {
  std::variant<int, std::vector<Tree>> value;
};

TEST(ChooseAlternative, VariantsInVariantsAreLookedAtOnce) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += R"({"value":[)";
  text += R"({"value":true})";
  for (int i = 0; i < 30; ++i) text += "]}";
  EXPECT_TRUE(judge<Tree>(text).ends_with("union"));
  EXPECT_EQ((index_of<std::variant<int, std::variant<bool, Name>>>("true")), "1");
}

TEST(ChooseAlternative, TextOfAPathGoesToTheFirstThatTakesIt) {
  using V = std::variant<int, Uuid, Size>;
  EXPECT_EQ(from_text<V>("5"), "5");
  EXPECT_EQ(from_text<V>("large"), R"("large")");
  EXPECT_EQ(from_text<V>("x"), "text enum");
}

TEST(ChooseAlternative, NothingThatFitsIsSpeltOut) {
  Issues issues;
  std::variant<int, std::string, Name> value;
  ASSERT_TRUE(from_json("true", value, issues));
  EXPECT_EQ(describe_issues(issues.list()), "body: must be an integer, a string or an object");
}

}  // namespace
}  // namespace svc
