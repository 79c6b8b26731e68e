#include "config/tree.h"

#include <limits>

#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using testing::tree_of;

TEST(ConfigTree, FindsTheLineOfANumber) {
  const SourceText source{.text = "one\ntwo\r\nthree"};
  EXPECT_EQ(source.line(1), "one");
  EXPECT_EQ(source.line(2), "two");
  EXPECT_EQ(source.line(3), "three");
  EXPECT_EQ(source.line(4), "");
  EXPECT_EQ(source.line(0), "");
}

TEST(ConfigTree, MergesTablesAndReplacesTheRest) {
  Node base = tree_of("a = { x = 1, y = [1, 2] }\nb = 1\nc = { z = 1 }\n");
  merge(base, tree_of("a = { y = [3], n = 2 }\nb = { q = 1 }\nc = 5\n"));
  const Node::Table& root = *base.table();
  EXPECT_EQ(root.at("a").table()->size(), 3U);
  EXPECT_EQ(root.at("a").table()->at("y").array()->size(), 1U);
  EXPECT_NE(root.at("b").table(), nullptr);
  EXPECT_EQ(root.at("c").table(), nullptr);
}

TEST(ConfigTree, GivesVariablesNoLineButACaret) {
  Node node;
  node.source = std::make_shared<const SourceText>(
      SourceText{OriginKind::environment, "SVC_X", "", "/", "SVC_X=1"});
  node.at = {1, 7};
  EXPECT_EQ(node.place(), (Place{"SVC_X", 0, 0}));
  EXPECT_EQ(node.origin().source, "SVC_X");
  ConfigErrors errors;
  report(errors, node, "no");
  EXPECT_EQ(errors.text(), "SVC_X: no\n    SVC_X=1\n          ^");
}

TEST(ConfigTree, DescribesValuesForMessages) {
  const Node tree = tree_of("a = 'x\"y'\nb = []\nc = [1, 2]\nd = {}\ne = -1\nf = 1.0\ng = false\n");
  const Node::Table& root = *tree.table();
  EXPECT_EQ(describe(root.at("a")), "the text \"x\\\"y\"");
  EXPECT_EQ(describe(root.at("b")), "an empty array");
  EXPECT_EQ(describe(root.at("c")), "an array of 2");
  EXPECT_EQ(describe(root.at("d")), "a table");
  EXPECT_EQ(describe(root.at("e")), "-1");
  EXPECT_EQ(describe(root.at("f")), "1.0");
  EXPECT_EQ(describe(root.at("g")), "false");
  Node secret = root.at("a");
  secret.unshown = "${file:x}";
  EXPECT_EQ(describe(secret), "the text out of \"${file:x}\"");
  EXPECT_LT(describe(tree_of("a = '" + std::string(500, 'x') + "'").table()->at("a")).size(), 90U);
}

TEST(ConfigTree, WritesWhatTomlReadsBack) {
  const std::string odd = "a\"b\\c\nd\te\x01\x7f ä";
  EXPECT_EQ(*tree_of("x = " + toml_string(odd)).table()->at("x").text(), odd);
  EXPECT_EQ(toml_key("a-b_1"), "a-b_1");
  EXPECT_EQ(toml_key(""), "\"\"");
  EXPECT_EQ(toml_key("a.b"), "\"a.b\"");
  for (const double number : {0.1, 1e300, -2.0, 5e-324})
    EXPECT_EQ(std::get<double>(tree_of("x = " + toml_double(number)).table()->at("x").value),
              number);
  EXPECT_EQ(toml_double(-std::numeric_limits<double>::infinity()), "-inf");
  EXPECT_EQ(toml_double(std::numeric_limits<double>::quiet_NaN()), "nan");
}

}  // namespace
}  // namespace svc
