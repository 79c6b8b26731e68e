#include "core/sdk/json/read_json.h"

#include <gtest/gtest.h>

#include "core/sdk/json/json.h"

namespace svc {
namespace {

enum class Color { red, green };
struct Item {
  std::string sku;
  Int<1, 5> qty;
};
struct Order {
  Text<1, 8> name;
  std::vector<Item> items;
  std::optional<std::string> note;
  Default<int, 3> priority;
  std::map<std::string, double> prices;
  std::optional<Color> color;
};
struct Numbers {
  std::optional<int64_t> whole;
  std::optional<uint64_t> natural;
  std::optional<double> real;
  std::optional<uint8_t> small;
  std::optional<float> single;
};

// "ok", the syntax error, or "loc type" of each issue.
template <class T>
std::string judge(std::string_view text, T* out = nullptr) {
  T value{};
  Issues issues;
  const auto read = from_json(text, value, issues);
  if (!read) return read.error().text;
  if (out != nullptr) *out = std::move(value);
  std::string all;
  for (const Issue& issue : issues.list()) {
    const std::string place = describe_issues({&issue, 1});
    all += (all.empty() ? "" : ", ") + place.substr(0, place.find(':')) + " " + issue.type;
  }
  return all.empty() ? "ok" : all;
}

TEST(ReadJson, FillsAStruct) {
  Order order;
  EXPECT_EQ(judge(R"({"items":[{"qty":2,"sku":"a"},{"sku":"b","qty":5}],"name":"añb",
                      "prices":{"a":1,"b":2.5},"color":"green","unknown":[{}]})",
                  &order),
            "ok");
  EXPECT_EQ(order.name, "añb");
  ASSERT_EQ(order.items.size(), 2u);
  EXPECT_EQ(order.items[1].sku, "b");
  EXPECT_EQ(order.items[1].qty, 5);
  EXPECT_EQ(order.priority, 3);
  EXPECT_EQ(order.note, std::nullopt);
  EXPECT_EQ(order.prices.at("b"), 2.5);
  EXPECT_EQ(order.color, Color::green);
}

TEST(ReadJson, ReportsEveryViolationWithItsPlace) {
  EXPECT_EQ(judge<Order>(R"({"name":"","items":[{"sku":1,"qty":0},{"qty":"2"},7],
                             "prices":{"a":"x"},"color":"blue","priority":null})"),
            "body.name string_too_short, body.items[0].sku string_type, "
            "body.items[0].qty greater_than_equal, body.items[1].qty int_type, "
            "body.items[1].sku missing, body.items[2] dict_type, body.prices.a float_type, "
            "body.color enum, body.priority int_type");
  EXPECT_EQ(judge<Order>("{}"), "body.name missing, body.items missing, body.prices missing");
  EXPECT_EQ(judge<Order>("[]"), "body dict_type");
}

TEST(ReadJson, RefusesWhatIsNoJson) {
  for (const char* text : {"{",
                           "nope",
                           R"({"name":})",
                           "[1,]",
                           "{'a':1}",
                           "01",
                           "1.",
                           ".5",
                           "+1",
                           "NaN",
                           "Infinity",
                           R"({"whole":NaN})",
                           "[1e]",
                           "\"a\nb\"",
                           "\"\\x\"",
                           "tru",
                           "1 2",
                           "{}x",
                           "[\"a]",
                           "\"\xff\"",
                           "\"\xed\xa0\x80\"",
                           "\"\xc0\x80\"",
                           R"("\ud800")",
                           R"({"\udc00":1})",
                           "\xef\xbb\xbf"}) {
    EXPECT_TRUE(judge<Numbers>(text).starts_with("not valid JSON")) << text << judge<Numbers>(text);
  }
  EXPECT_EQ(judge<Numbers>(""), "not valid JSON: it is empty");
  EXPECT_EQ(judge<Numbers>("  \n"), "not valid JSON: it is empty");
}

TEST(ReadJson, UnknownMembersAreCheckedAsJsonToo) {
  EXPECT_EQ(judge<Numbers>(R"({"other":{"deep":[1,"x",null]}})"), "ok");
  EXPECT_TRUE(judge<Numbers>(R"({"other":[truu]})").starts_with("not valid JSON"));
  EXPECT_TRUE(judge<Numbers>(R"({"other":"\ud800"})").starts_with("not valid JSON"));
}

TEST(ReadJson, IntegersOutOfRangeAreViolationsAndNotSyntax) {
  EXPECT_EQ(judge<Numbers>(R"({"whole":9223372036854775808})"), "body.whole less_than_equal");
  EXPECT_EQ(judge<Numbers>(R"({"whole":-9223372036854775809})"), "body.whole greater_than_equal");
  EXPECT_EQ(judge<Numbers>(R"({"whole":123456789012345678901234567890})"),
            "body.whole less_than_equal");
  EXPECT_EQ(judge<Numbers>(R"({"natural":18446744073709551616})"), "body.natural less_than_equal");
  EXPECT_EQ(judge<Numbers>(R"({"natural":-1})"), "body.natural greater_than_equal");
  EXPECT_EQ(judge<Numbers>(R"({"small":256})"), "body.small less_than_equal");
  EXPECT_EQ(judge<Numbers>(R"({"real":1e999})"), "body finite_number");
  EXPECT_EQ(judge<Numbers>(R"({"single":1e39})"), "body.single finite_number");
}

TEST(ReadJson, NumbersKeepTheirValue) {
  Numbers numbers;
  EXPECT_EQ(judge(R"({"whole":-9223372036854775808,"natural":18446744073709551615,
                      "real":123456789012345678901234567890,"small":255})",
                  &numbers),
            "ok");
  EXPECT_EQ(numbers.whole, INT64_MIN);
  EXPECT_EQ(numbers.natural, UINT64_MAX);
  EXPECT_EQ(numbers.real, 123456789012345678901234567890.0);
  EXPECT_EQ(numbers.small, 255);
  EXPECT_EQ(judge(R"({"whole":3.0,"real":3})", &numbers), "ok");
  EXPECT_EQ(numbers.whole, 3);
  EXPECT_EQ(numbers.real, 3.0);
  EXPECT_EQ(judge<Numbers>(R"({"whole":3.5})"), "body.whole int_from_float");
  EXPECT_EQ(judge<Numbers>(R"({"whole":true})"), "body.whole int_type");
  EXPECT_EQ(judge<Numbers>(R"({"real":true})"), "body.real float_type");
}

TEST(ReadJson, MemberThatIsThereTwiceIsRefused) {
  EXPECT_EQ(judge<Item>(R"({"sku":"a","qty":1,"sku":"b"})"), "body.sku duplicate_key");
  EXPECT_EQ((judge<std::map<std::string, int>>(R"({"a":1,"a":2})")), "body.a duplicate_key");
  EXPECT_EQ(judge<Item>(R"({"sku":"a","qty":1,"x":1,"x":2})"), "ok") << "nobody reads x";
}

std::string nested(size_t depth) {
  return R"({"x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

TEST(ReadJson, NestingIsBounded) {
  EXPECT_EQ(judge<Numbers>(nested(kJsonDepthMax)), "ok");
  EXPECT_EQ(judge<Numbers>(nested(kJsonDepthMax + 1)),
            "not valid JSON: it is nested more than 64 levels deep");
  EXPECT_EQ(judge<Numbers>(nested(100'000)),
            "not valid JSON: it is nested more than 64 levels deep");
}

struct Tree {
  std::vector<Tree> kids;
};

TEST(ReadJson, RecursiveTypesAreReadToTheSameDepth) {
  std::string text;
  for (size_t i = 0; i < kJsonDepthMax / 2; ++i) text += R"({"kids":[)";
  for (size_t i = 0; i < kJsonDepthMax / 2; ++i) text += "]}";
  EXPECT_EQ(judge<Tree>(text), "ok");
}

TEST(ReadJson, ElementsAreBounded) {
  std::string text = "[";
  for (size_t i = 0; i <= kJsonElementsMax; ++i) text += "1,";
  text.back() = ']';
  EXPECT_EQ(judge<std::vector<int>>(text), "body too_long");
}

TEST(ReadJson, ViolationsAreBounded) {
  std::string text = "[";
  for (int i = 0; i < 100'000; ++i) text += "\"\",";
  text.back() = ']';
  std::vector<int> out;
  Issues issues;
  ASSERT_TRUE(from_json(text, out, issues));
  EXPECT_EQ(issues.list().size(), Issues::kMax);
}

TEST(ReadJson, ArraysHaveExactlyTheirSize) {
  std::array<int, 2> two{};
  EXPECT_EQ(judge("[1,2]", &two), "ok");
  EXPECT_EQ(two[1], 2);
  EXPECT_EQ((judge<std::array<int, 2>>("[1]")), "body too_short");
  EXPECT_EQ((judge<std::array<int, 2>>("[1,2,3]")), "body too_long");
}

TEST(ReadJson, RawJsonIsTakenAsItIs) {
  Json raw;
  EXPECT_EQ(judge(R"({ "a" : [ 1, "x" ] })", &raw), "ok");
  EXPECT_EQ(raw.text, R"({"a":[1,"x"]})");
}

TEST(ReadJson, BooleansOfAVectorHaveNoAddressAndAreReadAllTheSame) {
  std::vector<bool> flags;
  EXPECT_EQ(judge("[true,false,true]", &flags), "ok");
  EXPECT_EQ(flags, (std::vector<bool>{true, false, true}));
  EXPECT_EQ(judge<std::vector<bool>>("[true,1]"), "body[1] bool_type");
}

// `json` as it is written again once it has been read.
template <class T>
std::string again(std::string_view json) {
  T value{};
  const std::string verdict = judge(json, &value);
  return verdict == "ok" ? to_json(value) : verdict;
}

struct Parcel {
  std::string name;
  std::map<std::string, std::vector<Json>> parts;
  std::optional<Json> note;
  std::variant<int, Json> any;
};

TEST(ReadJson, RawJsonKeepsHowItsNumbersAndStringsAreWritten) {
  const std::string raw =
      R"({"price":1.10,"e":1E2,"id":12345678901234567890123,"\u0061":"\u00fc\" "})";
  EXPECT_EQ(again<Json>(" " + raw + "\n"), raw);
  const std::string parcel = R"({"name":"x","parts":{"a":[1.0, )" + raw + R"(,"], {"],"b":[]},)" +
                             R"( "unknown": {"note":[1]} , "note":)" + raw +
                             R"( ,"any": [ 2.50 ]})";
  EXPECT_EQ(again<Parcel>(parcel), R"({"name":"x","parts":{"a":[1.0,)" + raw +
                                       R"(,"], {"],"b":[]},"note":)" + raw + R"(,"any":[2.50]})");
  EXPECT_EQ(judge<Parcel>(R"({"parts":{"a":[1],"a":[2]},"any":true})"),
            "body.parts.a duplicate_key, body.name missing");
}

struct Patch {
  std::optional<std::optional<std::string>> name;
  std::optional<int> size;
};

TEST(ReadJson, AnOptionalOfAnOptionalTellsNullFromAbsent) {
  EXPECT_EQ(again<Patch>(R"({})"), R"({"size":null})");
  EXPECT_EQ(again<Patch>(R"({"name":null,"size":1})"), R"({"name":null,"size":1})");
  EXPECT_EQ(again<Patch>(R"({"name":"x"})"), R"({"name":"x","size":null})");
  EXPECT_EQ(judge<Patch>(R"({"name":1})"), "body.name string_type");
}

struct Initialised {
  Default<std::set<std::string>> tags{"rock", "metal"};
  Default<std::map<std::string, int>> stock{{"a", 1}};
  Default<List<int>> sizes{1, 2};
};

TEST(ReadJson, WhatIsSentTakesThePlaceOfAnInitialiser) {
  EXPECT_EQ(again<Initialised>("{}"), R"({"tags":["metal","rock"],"stock":{"a":1},"sizes":[1,2]})");
  EXPECT_EQ(again<Initialised>(R"({"tags":["pop"],"stock":{"a":2},"sizes":[]})"),
            R"({"tags":["pop"],"stock":{"a":2},"sizes":[]})");
}

TEST(ReadJson, ListsOfAnyKindAreRead) {
  EXPECT_EQ(again<std::list<int>>("[3,1,3]"), "[3,1,3]");
  EXPECT_EQ(again<std::deque<std::string>>(R"(["b","a"])"), R"(["b","a"])");
  EXPECT_EQ(again<std::unordered_set<int>>("[3,3]"), "[3]");
  EXPECT_EQ(judge<std::list<int>>(R"([1,"x"])"), "body[1] int_type");
}

TEST(ReadJson, LargeTextAfterASmallOneIsReadAndTheOtherWayRound) {
  const std::string large = R"({"a":")" + std::string(300'000, 'x') + "\"}";
  for (int i = 0; i < 3; ++i) {
    std::map<std::string, std::string> map;
    EXPECT_EQ(judge(large, &map), "ok");
    EXPECT_EQ(map.at("a").size(), 300'000u);
    EXPECT_EQ(judge(R"({"a":"b"})", &map), "ok");
    EXPECT_EQ(map.at("a"), "b");
  }
}

}  // namespace
}  // namespace svc
