#include "core/sdk/types/schema.h"

#include <gtest/gtest.h>

#include "core/base/json_writer.h"
#include "core/sdk/types/describe.h"

namespace svc {
namespace {

enum class Color { red, green };
struct Node {
  std::string name;
  std::vector<Node> children;
};
struct Item {
  Text<1, 32> sku;
  Default<Int<1, 1000>, 1> qty;
  std::optional<std::string> note;
  Color color;

  static constexpr Doc docs[] = {{"", "A line of an order."}, {"sku", "What is bought.", "\"a\""}};
};
namespace other {
struct Item {
  int id;
};
}  // namespace other
template <class T>
struct Page {
  std::vector<T> items;
};

template <class T>
std::string schema(SchemaNames& names) {
  std::string out;
  JsonWriter json(out);
  write_schema(json, type_info<T>(), names);
  return out;
}
template <class T>
std::string schema() {
  SchemaNames names;
  return schema<T>(names);
}
std::string components(SchemaNames& names) {
  std::string out;
  JsonWriter json(out);
  json.object([&] { names.write_all(json); });
  return out;
}

TEST(Schema, ScalarsHaveTheBoundsThatAreChecked) {
  EXPECT_EQ(schema<bool>(), R"({"type":"boolean"})");
  EXPECT_EQ(schema<int>(), R"({"type":"integer","format":"int32"})");
  EXPECT_EQ(schema<int64_t>(), R"({"type":"integer","format":"int64"})");
  EXPECT_EQ(schema<uint8_t>(), R"({"type":"integer","minimum":0,"maximum":255})");
  EXPECT_EQ(schema<uint64_t>(), R"({"type":"integer","minimum":0})");
  EXPECT_EQ((schema<Int<1, INT64_MAX>>()), R"({"type":"integer","minimum":1})");
  EXPECT_EQ(schema<double>(), R"({"type":"number","format":"double"})");
  EXPECT_EQ(schema<std::string>(), R"({"type":"string"})");
  EXPECT_EQ((schema<Text<1, 32>>()), R"({"type":"string","minLength":1,"maxLength":32})");
  EXPECT_EQ(schema<Json>(), "{}");
}

TEST(Schema, ContainersSayWhatIsInThem) {
  EXPECT_EQ(schema<std::vector<bool>>(), R"({"type":"array","items":{"type":"boolean"}})");
  EXPECT_EQ((schema<std::set<std::string>>()),
            R"({"type":"array","items":{"type":"string"},"uniqueItems":true})");
  EXPECT_EQ((schema<std::array<bool, 2>>()),
            R"({"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":2})");
  EXPECT_EQ((schema<std::map<std::string, bool>>()),
            R"({"type":"object","additionalProperties":{"type":"boolean"}})");
  EXPECT_EQ(schema<std::optional<bool>>(), R"({"anyOf":[{"type":"boolean"},{"type":"null"}]})");
  EXPECT_EQ(schema<std::optional<std::optional<bool>>>(), schema<std::optional<bool>>());
  EXPECT_EQ(schema<std::list<bool>>(), schema<std::vector<bool>>());
  EXPECT_EQ(schema<std::deque<bool>>(), schema<std::vector<bool>>());
  EXPECT_EQ(schema<std::unordered_set<int>>(), schema<std::set<int>>());
  EXPECT_EQ((schema<std::variant<bool, std::string>>()),
            R"({"anyOf":[{"type":"boolean"},{"type":"string"}]})");
  EXPECT_EQ((schema<Default<bool, true>>()), R"({"type":"boolean","default":true})");
}

TEST(Schema, StructsAndEnumsAreReferredToAndWrittenOnce) {
  SchemaNames names;
  EXPECT_EQ(schema<Item>(names), R"({"$ref":"#/components/schemas/Item"})");
  EXPECT_EQ(schema<std::vector<Item>>(names),
            R"({"type":"array","items":{"$ref":"#/components/schemas/Item"}})");
  EXPECT_EQ(
      components(names),
      R"({"Item":{"type":"object","properties":{)"
      R"("sku":{"type":"string","minLength":1,"maxLength":32,"description":"What is bought.","examples":["a"]},)"
      R"("qty":{"type":"integer","minimum":1,"maximum":1000,"default":1},)"
      R"("note":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
      R"("color":{"$ref":"#/components/schemas/Color"}},)"
      R"("required":["sku","color"],"description":"A line of an order.","title":"Item"},)"
      R"("Color":{"type":"string","enum":["red","green"],"title":"Color"}})");
}

TEST(Schema, TypesMayContainThemselves) {
  SchemaNames names;
  EXPECT_EQ(schema<Node>(names), R"({"$ref":"#/components/schemas/Node"})");
  EXPECT_EQ(components(names),
            R"({"Node":{"type":"object","properties":{"name":{"type":"string"},)"
            R"("children":{"type":"array","items":{"$ref":"#/components/schemas/Node"}}},)"
            R"("required":["name","children"],"title":"Node"}})");
}

TEST(Schema, TypesOfOneNameGetDifferentOnes) {
  SchemaNames names;
  names.reserve("Problem");
  EXPECT_EQ(names.name_of(type_info<Item>()), "Item");
  EXPECT_EQ(names.name_of(type_info<other::Item>()), "Item2");
  EXPECT_EQ(names.name_of(type_info<Item>()), "Item");
  EXPECT_EQ((names.name_of(type_info<Default<Color, Color::red>>())), "Color");
  EXPECT_EQ(names.name_of(type_info<Color>()), "Color");
  struct Problem {
    int a;
  };
  EXPECT_EQ(names.name_of(type_info<Problem>()), "Problem2");
  EXPECT_EQ(names.name_of(type_info<Page<int>>()), "Page_int");
}

TEST(Schema, DefaultOfAStructMemberStandsBesideItsReference) {
  struct Holder {
    Default<Color, Color::green> color;
  };
  SchemaNames names;
  schema<Holder>(names);
  EXPECT_TRUE(components(names).find(
                  R"("color":{"$ref":"#/components/schemas/Color","default":"green"})") !=
              std::string::npos);
}

}  // namespace
}  // namespace svc
