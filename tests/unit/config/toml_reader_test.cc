#include "config/toml_reader.h"

#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::HasSubstr;
using testing::tree_of;

std::shared_ptr<const SourceText> source(std::string text) {
  return std::make_shared<const SourceText>(
      SourceText{OriginKind::file, "app.toml", "/etc/app.toml", "/etc", std::move(text)});
}

std::string error_of(std::string text) {
  ConfigErrors errors;
  EXPECT_FALSE(parse_toml(source(std::move(text)), errors));
  return errors.text();
}

TEST(TomlReader, TellsAllTypesApart) {
  const Node tree = tree_of(
      "t = 'x'\ni = 1_000\nr = 1.5\nb = true\nd = 1979-05-27\nm = 07:32:00\n"
      "z = 1979-05-27T07:32:00Z\na = [1, 'x']\no = { k = 1 }\n");
  const Node::Table& root = *tree.table();
  EXPECT_EQ(*root.at("t").text(), "x");
  EXPECT_EQ(std::get<int64_t>(root.at("i").value), 1000);
  EXPECT_EQ(std::get<double>(root.at("r").value), 1.5);
  EXPECT_TRUE(std::get<bool>(root.at("b").value));
  EXPECT_EQ(std::get<Node::Moment>(root.at("d").value).text, "1979-05-27");
  EXPECT_EQ(std::get<Node::Moment>(root.at("m").value).text, "07:32:00");
  EXPECT_EQ(std::get<Node::Moment>(root.at("z").value).text, "1979-05-27T07:32:00Z");
  EXPECT_EQ(root.at("a").array()->size(), 2U);
  EXPECT_NE(root.at("o").table(), nullptr);
}

TEST(TomlReader, KnowsThePlaceOfEachKeyAndValue) {
  const Node tree = tree_of("[a.b]\n  c = [1,\n 'two']\n");
  const Node& c = tree.table()->at("a").table()->at("b").table()->at("c");
  EXPECT_EQ(c.key_place(), (Place{"app.toml", 2, 3}));
  EXPECT_EQ(c.place(), (Place{"app.toml", 2, 7}));
  EXPECT_EQ((*c.array())[1].place(), (Place{"app.toml", 3, 2}));
}

TEST(TomlReader, CountsColumnsInCharacters) {
  const Node tree = tree_of("\"äöü\" = 1\n");
  EXPECT_EQ(tree.table()->at("äöü").place().column, 9U);
}

TEST(TomlReader, ReportsTheFirstByteThatIsNoUtf8) {
  EXPECT_THAT(error_of("a = 1\nb = 'ä\xC3'\n"),
              HasSubstr("app.toml:2:7: the byte 0xC3 is not valid UTF-8"));
  EXPECT_THAT(error_of("\xED\xA0\x80"), HasSubstr("app.toml:1:1: the byte 0xED"));
}

TEST(TomlReader, SurvivesTablesThatAreFarTooDeep) {
  std::string dotted;
  for (int i = 0; i < 200'000; ++i) dotted += "a.";
  EXPECT_THAT(error_of(dotted + "a = 1"), HasSubstr("a key of more than 32 parts"));
  EXPECT_THAT(error_of("x = " + std::string(200'000, '[')), HasSubstr("brackets deeper"));
}

// toml++ 3.3 has an assertion in the place of the error.
TEST(TomlReader, RefusesATableHeaderWithoutAKey) {
  EXPECT_THAT(error_of("[?]\n"), HasSubstr("app.toml:1:2: not valid TOML"));
  EXPECT_THAT(error_of("\n[[[a]]]\n"), HasSubstr("app.toml:2:3: not valid TOML"));
  EXPECT_THAT(error_of("[]"), HasSubstr("app.toml:1:2: not valid TOML"));
  EXPECT_THAT(error_of("[a.?]"), HasSubstr("app.toml:1:4: not valid TOML"));
}

TEST(TomlReader, SkipsAByteOrderMarkAndKnowsBothLineEnds) {
  const Node tree = tree_of(
      "\xEF\xBB\xBF"
      "a = 1\r\nb = 2\r\n");
  EXPECT_EQ(tree.table()->size(), 2U);
  EXPECT_EQ(tree.table()->at("b").place().line, 2U);
}

TEST(TomlReader, ReadsSingleValuesWhereTheyStand) {
  const auto value = parse_toml_value(source("SVC_X=[{ a = 1 }]"), 6);
  ASSERT_TRUE(value);
  const Node& a = (*value->array())[0].table()->at("a");
  EXPECT_EQ(a.key.column, 10U);
  EXPECT_FALSE(parse_toml_value(source("SVC_X=text"), 6));
  EXPECT_FALSE(parse_toml_value(source("SVC_X="), 6));
  EXPECT_FALSE(parse_toml_value(source("SVC_X=1\ny=2"), 6)) << "no second key";
  EXPECT_FALSE(parse_toml_value(source("SVC_X=" + std::string(100, '[')), 6));
}

}  // namespace
}  // namespace svc
