#include "config/options.h"

#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using testing::tree_of;

const Option* find(const std::vector<Option>& options, std::string_view key) {
  for (const Option& option : options)
    if (option.key == key) return &option;
  return nullptr;
}

TEST(Options, BecomeAFlatListOfScalarsWithTheirPlaces) {
  const auto options = flatten_options(tree_of(
      "a = 1\nb = { c = 'x', \"d e\" = true }\nlist = [1.5, { f = 'g' }, []]\nday = 1979-05-27\n"));
  EXPECT_EQ(options.size(), 8U);
  EXPECT_EQ(std::get<int64_t>(find(options, "a")->value), 1);
  EXPECT_EQ(find(options, "a")->place, (Place{"app.toml", 1, 5}));
  EXPECT_EQ(std::get<std::string>(find(options, "b.c")->value), "x");
  EXPECT_TRUE(std::get<bool>(find(options, "b.\"d e\"")->value));
  EXPECT_EQ(std::get<OptionArray>(find(options, "list")->value).size, 3U);
  EXPECT_EQ(std::get<double>(find(options, "list[0]")->value), 1.5);
  EXPECT_EQ(std::get<std::string>(find(options, "list[1].f")->value), "g");
  EXPECT_EQ(std::get<OptionArray>(find(options, "list[2]")->value).size, 0U);
  EXPECT_EQ(std::get<std::string>(find(options, "day")->value), "1979-05-27");
}

TEST(Options, ComeBackAsTheTomlTheyWere) {
  for (const std::string text : {"{}", "{ a = 1 }", "{ a = [] }", "{ a = [[], [1, 2], {}] }",
                                 "{ a = { \"b.c\" = [{ d = \"]\" }, { e = 1.0 }] }, f = true }",
                                 "{ \"\" = 1, \"a\\\"[0].b\" = \"\\n\" }"}) {
    const Node tree = tree_of("x = " + text);
    EXPECT_EQ(options_toml(flatten_options(tree.table()->at("x"))), text);
  }
}

TEST(Options, HaveOneLineForEachKeyOfTheirTable) {
  const auto lines = options_lines(flatten_options(tree_of("b = { c = 1, d = 2 }\na = 'x'\n")));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], (std::pair<std::string, std::string>("a", "\"x\"")));
  EXPECT_EQ(lines[1], (std::pair<std::string, std::string>("b", "{ c = 1, d = 2 }")));
}

TEST(Options, SurviveKeysThatNoFileCouldHave) {
  for (const std::string key :
       {"[", "[x]", "a[", "a[99999999999999999999]", "\"", "..", "a..b", "\"\\"})
    EXPECT_FALSE(options_toml({Option{key, int64_t{1}, {}}}).empty()) << key;
}

}  // namespace
}  // namespace svc
