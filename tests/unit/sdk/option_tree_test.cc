#include "core/sdk/option_tree.h"

#include <gtest/gtest.h>

#include "core/base/json_writer.h"
#include "core/sdk/types/describe.h"

namespace svc {
namespace {

TEST(OptionTree, KeysAreSplitIntoSteps) {
  EXPECT_EQ(split_option_key("a.b"), (OptionPath{"a", "b"}));
  EXPECT_EQ(split_option_key("tags[10].host"), (OptionPath{"tags", size_t{10}, "host"}));
  EXPECT_EQ(split_option_key("a.\"b c\".d"), (OptionPath{"a", "b c", "d"}));
  EXPECT_EQ(split_option_key(""), OptionPath{});
}

TEST(OptionTree, MalformedKeysEndSomewhere) {
  for (const char* key : {"a[", "a[x", "\"", "a.\"b", "..", "[", "]", "a]b", "a..b", "."}) {
    static_cast<void>(split_option_key(key));
  }
}

TEST(OptionTree, IsWrittenAsJson) {
  const std::vector<OptionRow> rows = {{"a.b", int64_t{1}, ""},
                                       {"a.list", OptionRow::List{2}, ""},
                                       {"a.list[0].x", true, ""},
                                       {"a.list[1].x", 1.5, ""},
                                       {"z", std::string("t\""), ""}};
  std::string out;
  JsonWriter json(out);
  write_option(json, make_option_tree(rows), type_info<Json>());
  EXPECT_EQ(out, R"({"a":{"b":1,"list":[{"x":true},{"x":1.5}]},"z":"t\""})");
}

}  // namespace
}  // namespace svc
