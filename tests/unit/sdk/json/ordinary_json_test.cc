#include "core/sdk/json/ordinary_json.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "core/sdk/json/json.h"

namespace svc {
namespace {

enum class Shape { round, square };
struct Piece {
  std::string sku;
  Int<1, 5> qty;
  double price;
  void check(Issues& issues) const {
    if (sku == "free" && price != 0) issues.add("price", "must be 0");
  }
};
struct Parcel {
  int64_t id;
  Text<1, 8> name;
  std::optional<std::string> note;
  Default<std::vector<Piece>> pieces;
  Default<std::map<std::string, int>> counts;
  Default<std::set<int>> marks;
  Default<std::vector<bool>> flags;
  std::optional<std::array<int, 2>> pair;
  std::optional<Shape> shape;
  std::optional<Uuid> key;
  std::optional<float> weight;
  std::optional<std::variant<int, std::string>> any;
  std::optional<Json> raw;
};

// Both ways into fresh values; then the library's way into what the short way left behind.
template <class T>
bool is_ordinary(std::string_view text) {
  T by_short_way{};
  T by_library{};
  const bool is_read = read_ordinary_json(text, type_info<T>(), &by_short_way);
  Issues issues;
  const InputPlace place = InputPlace::of("body");
  const bool is_json = read_any_json(text, type_info<T>(), &by_library, place, issues).has_value();
  if (is_read) {
    EXPECT_TRUE(is_json && issues.empty()) << text << ": " << describe_issues(issues.list());
    EXPECT_EQ(to_json(by_short_way), to_json(by_library)) << text;
  }
  Issues again;
  EXPECT_EQ(read_any_json(text, type_info<T>(), &by_short_way, place, again).has_value(), is_json);
  EXPECT_EQ(describe_issues(again.list()), describe_issues(issues.list())) << text;
  if (is_json && issues.empty()) {
    EXPECT_EQ(to_json(by_short_way), to_json(by_library)) << text;
  }
  return is_read;
}

TEST(OrdinaryJson, TakesWhatClientsSend) {
  for (const char* const text : {
           R"({"id":1,"name":"a"})",
           R"({"id": 1, "name": "a", "note": null})",
           "\n{ \"name\" : \"añb\" ,\t\"id\" : -7 }\r\n",
           R"({"id":1,"name":"a","pieces":[]})",
           R"({"id":1,"name":"a","pieces":[{"sku":"x","qty":2,"price":19.95},
               {"price":3,"qty":5,"sku":"y"}],"counts":{"a":1,"b":2},"marks":[3,1,3],
               "flags":[true,false],"pair":[1,2],"shape":"round","weight":0.5,
               "key":"123e4567-e89b-12d3-a456-426614174000"})",
           R"({"id":0,"name":"12345678","note":"a string that is longer than a word or two"})",
           R"({"id":999999999999999999,"name":"a","counts":{}})",
       }) {
    EXPECT_TRUE(is_ordinary<Parcel>(text)) << text;
  }
}

TEST(OrdinaryJson, LeavesTheRestToTheLibrary) {
  for (const char* const text : {
           "",
           " ",
           "{",
           "{}",
           "[]",
           "null",
           "1",
           "\"a\"",
           "\xef\xbb\xbf{}",
           R"({"id":1,"name":"a"}x)",
           R"({"id":1,"name":"a"}})",
           R"({"id":1,"name":"a",})",
           R"({"id":1"name":"a"})",
           R"({"id" 1,"name":"a"})",
           R"({"id":1,"name":"a)",
           R"({"id":1,"name":"a\n"})",
           "{\"id\":1,\"name\":\"a\n\"}",
           "{\"id\":1,\"name\":\"\xff\"}",
           "{\"id\":1,\"name\":\"\xc3\"}",
           R"({"id":01,"name":"a"})",
           R"({"id":+1,"name":"a"})",
           R"({"id":1.0,"name":"a"})",
           R"({"id":1e2,"name":"a"})",
           R"({"id":-,"name":"a"})",
           R"({"id":1.,"name":"a"})",
           R"({"id":.5,"name":"a"})",
           R"({"id":0x1,"name":"a"})",
           R"({"id":1234567890123456789,"name":"a"})",
           R"({"id":"1","name":"a"})",
           R"({"id":1,"name":""})",
           R"({"id":1,"name":"123456789"})",
           R"({"id":null,"name":"a"})",
           R"({"id":1,"id":1,"name":"a"})",
           R"({"id":1,"name":"a","more":[1,{}]})",
           R"({"id":1,"name":"a","more":tru})",
           R"({"id":1,"name":"a","note":nul})",
           R"({"id":1,"name":"a","pieces":[{"sku":"free","qty":2,"price":1}]})",
           R"({"id":1,"name":"a","pieces":[{"sku":"x","qty":2,"price":1},{"sku":"y","qty":6}]})",
           R"({"id":1,"name":"a","pieces":[{"sku":"x","qty":2,"price":1e3}]})",
           R"({"id":1,"name":"a","pieces":[{"sku":"x","qty":2,"price":1},]})",
           R"({"id":1,"name":"a","counts":{"a":1,"a":2}})",
           R"({"id":1,"name":"a","pair":[1]})",
           R"({"id":1,"name":"a","pair":[1,2,3]})",
           R"({"id":1,"name":"a","shape":"flat"})",
           R"({"id":1,"name":"a","flags":[1]})",
           R"({"id":1,"name":"a","flags":[truefalse]})",
           R"({"id":1,"name":"a","any":1})",
           R"({"id":1,"name":"a","raw":{"b":[1]}})",
           R"({"id":1,"name":"a","marks":[3,1,2],"counts":{"a":1},"note":"b","more":0})",
           R"({"id":1,"name":"a","weight":1e39})",
           R"({"id":1,"name":"a","weight":-0.0})",
       }) {
    EXPECT_FALSE(is_ordinary<Parcel>(text)) << text;
  }
}

TEST(OrdinaryJson, RoundsDecimalsAsTheLibraryDoes) {
  for (const char* const text :
       {"0", "0.1", "19.95", "-3.5", "249.0", "9007199254740992", "9007199254740993",
        "0.1234567890123456", "123456789012.345", "0.000000000000000001", "999999999999999999",
        "1.7976931348623157", "4503599627370497.5", "-0", "-0.0", "1e5", "0.30000000000000004"}) {
    double value = 0;
    double other = 0;
    Issues issues;
    ASSERT_TRUE(read_any_json(text, type_info<double>(), &other, InputPlace::of("body"), issues));
    if (read_ordinary_json(text, type_info<double>(), &value)) {
      EXPECT_EQ(value, other) << text;
      EXPECT_EQ(std::signbit(value), std::signbit(other)) << text;
    }
  }
  double value = 0;
  EXPECT_TRUE(read_ordinary_json("19.95", type_info<double>(), &value));
  EXPECT_FALSE(read_ordinary_json("9007199254740993", type_info<double>(), &value));
}

struct Changes {
  std::optional<std::optional<std::string>> name;
  Default<std::vector<int>> marks = {1, 2};
  Default<std::map<std::string, int>> counts = {{"a", 1}};
};

TEST(OrdinaryJson, TellsNullFromAbsentAndReplacesWhatWasThere) {
  EXPECT_TRUE(is_ordinary<Changes>("{}"));
  EXPECT_TRUE(is_ordinary<Changes>(R"({"name":null})"));
  EXPECT_TRUE(is_ordinary<Changes>(R"({"name":"a","marks":[3],"counts":{"b":2}})"));
  Changes changes{};
  ASSERT_TRUE(read_ordinary_json(R"({"name":null,"marks":[3],"counts":{}})", type_info<Changes>(),
                                 &changes));
  ASSERT_TRUE(changes.name.has_value());
  EXPECT_FALSE(changes.name->has_value());
  EXPECT_EQ(to_json(changes), R"({"name":null,"marks":[3],"counts":{}})");
}

struct Chain {
  std::vector<Chain> next;
};

TEST(OrdinaryJson, IsNestedNoDeeperThanItsStackAllows) {
  const auto nested = [](int depth) {
    std::string text = R"({"next":[]})";
    for (int i = 1; i < depth; ++i) text = R"({"next":[)" + text + "]}";
    return text;
  };
  EXPECT_TRUE(is_ordinary<Chain>(nested(16)));
  EXPECT_FALSE(is_ordinary<Chain>(nested(17)));
  EXPECT_FALSE(is_ordinary<Chain>(nested(40)));
}

TEST(OrdinaryJson, CutAnywhereIsNotOrdinary) {
  const std::string whole =
      R"({"id":12,"name":"ab","pieces":[{"sku":"x","qty":2,"price":19.95}],"pair":[1,2]})";
  ASSERT_TRUE(is_ordinary<Parcel>(whole));
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(is_ordinary<Parcel>(whole.substr(0, size)));
  }
}

TEST(OrdinaryJson, AnyByteInAnyPlaceIsJudgedAsTheLibraryDoes) {
  const std::string whole = R"({"id":1,"name":"a","pair":[1,2],"shape":"round","weight":0.5})";
  for (size_t at = 0; at < whole.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = whole;
      text[at] = static_cast<char>(byte);
      is_ordinary<Parcel>(text);
    }
  }
}

}  // namespace
}  // namespace svc
