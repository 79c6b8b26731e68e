#include "config/expand.h"

#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::HasSubstr;

class Expand : public ::testing::Test {
 protected:
  Expand() {
    files_.put("/etc/secret", "s3cret\n");
    files_.put("/etc/lines", "one\ntwo\r\n");
    files_.put("/etc/large", std::string(kExpandedMax + 1, 'x'));
    files_.put("/etc/binary", "\xff");
    request_ = testing::request_in(files_);
    request_.environment = {{"A", "alpha"},     {"EMPTY", ""},
                            {"NESTED", "${A}"}, {"NAME", "secret"},
                            {"BAD", "\xff"},    {"LONG", std::string(40'000, 'l')}};
  }

  std::string text(std::string_view written) {
    auto expanded = expand_text(written, "/etc", request_);
    return expanded ? expanded->text : "error: " + expanded.error().message;
  }

  testing::MemoryFiles files_;
  LoadRequest request_;
};

TEST_F(Expand, FillsInVariables) {
  EXPECT_EQ(text("x${A}y${A}"), "xalphayalpha");
  EXPECT_EQ(text("${EMPTY}"), "");
  EXPECT_EQ(text("${MISSING}"), "error: the variable MISSING is not set");
}

TEST_F(Expand, TakesTheDefaultWhereAVariableIsUnsetOrEmpty) {
  EXPECT_EQ(text("${A:-no}"), "alpha");
  EXPECT_EQ(text("${MISSING:-yes}"), "yes");
  EXPECT_EQ(text("${EMPTY:-yes}"), "yes");
  EXPECT_EQ(text("${MISSING:-}"), "");
  EXPECT_EQ(text("${MISSING:-${OTHER:-${A}}!}"), "alpha!");
}

TEST_F(Expand, KeepsPlainDollars) {
  EXPECT_EQ(text("^a$"), "^a$");
  EXPECT_EQ(text("$A costs $5"), "$A costs $5");
  EXPECT_EQ(text("$${A}"), "${A}");
  EXPECT_EQ(text("$$$$"), "$$");
  EXPECT_EQ(text("$${A}${A}"), "${A}alpha");
}

TEST_F(Expand, LooksAtWhatCameOutNoMore) { EXPECT_EQ(text("${NESTED}"), "${A}"); }

TEST_F(Expand, ReadsFilesWithoutTheirLastLineBreak) {
  EXPECT_EQ(text("<${file:secret}>"), "<s3cret>");
  EXPECT_EQ(text("${file:/etc/lines}"), "one\ntwo");
  EXPECT_EQ(text("${file:${NAME}}"), "s3cret");
  EXPECT_TRUE(expand_text("${file:secret}", "/etc", request_)->from_file);
  EXPECT_FALSE(expand_text("${A}", "/etc", request_)->from_file);
}

TEST_F(Expand, SaysWhatIsWrongWithAFile) {
  EXPECT_THAT(text("${file:nope}"), HasSubstr("cannot read nope for ${file:...}: No such file"));
  EXPECT_THAT(text("${file:large}"), HasSubstr("it is larger than 64KiB"));
  EXPECT_THAT(text("${file:binary}"), HasSubstr("binary is not valid UTF-8"));
  EXPECT_THAT(text("${file:}"), HasSubstr("names no file"));
}

TEST_F(Expand, RefusesWhatIsNoExpansion) {
  EXPECT_THAT(text("${A"), HasSubstr("without its"));
  EXPECT_THAT(text("${}"), HasSubstr("names no variable"));
  EXPECT_THAT(text("${1A}"), HasSubstr("names no variable"));
  EXPECT_THAT(text("${A B}"), HasSubstr("names no variable"));
  EXPECT_THAT(text("${BAD}"), HasSubstr("not valid UTF-8"));
}

TEST_F(Expand, IsBoundedInDepthAndSize) {
  std::string deep = "x";
  for (int i = 0; i < 12; ++i) deep = "${M:-" + deep + "}";
  EXPECT_THAT(text(deep), HasSubstr("deeper than 8 levels"));
  EXPECT_THAT(text("${LONG}${LONG}"), HasSubstr("more than 64KiB"));
  EXPECT_THAT(text(std::string(200'000, '$') + "{"), HasSubstr("more than 64KiB"));
}

TEST_F(Expand, ReportsEachTextAtItsPlace) {
  Node tree = testing::tree_of("a = ['${A}', '${X}']\nb.c = '${file:secret}'\nd = '$$'\n");
  ConfigErrors errors;
  expand(tree, request_, errors);
  ASSERT_EQ(errors.list().size(), 1U);
  EXPECT_EQ(errors.list()[0].place, (Place{"app.toml", 1, 14}));
  const Node::Table& root = *tree.table();
  EXPECT_EQ(*(*root.at("a").array())[0].text(), "alpha");
  EXPECT_TRUE((*root.at("a").array())[0].loose);
  EXPECT_TRUE((*root.at("a").array())[1].broken);
  const Node& secret = root.at("b").table()->at("c");
  EXPECT_EQ(*secret.text(), "s3cret");
  EXPECT_EQ(secret.unshown, "${file:secret}");
  EXPECT_EQ(*root.at("d").text(), "$");
  EXPECT_FALSE(root.at("d").loose) << "a doubled dollar makes no number";
}

TEST_F(Expand, LeavesVariablesAndArgumentsAsTheyAre) {
  Node tree = testing::tree_of("");
  tree.source = std::make_shared<const SourceText>(
      SourceText{OriginKind::environment, "SVC_X", "", "/", "SVC_X=${A}"});
  tree.value = std::string("${A}");
  ConfigErrors errors;
  expand(tree, request_, errors);
  EXPECT_EQ(*tree.text(), "${A}");
}

}  // namespace
}  // namespace svc
