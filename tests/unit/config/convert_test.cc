#include "config/convert.h"

#include "config/value.h"
#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::HasSubstr;
using testing::tree_of;

// `toml` behind "x = ", as a value of the row; as it would be written again, or the errors.
std::string converted(std::string_view path, const std::string& toml) {
  const Setting& setting = *find_setting(path);
  const Node tree = tree_of("x = " + toml);
  ConfigErrors errors;
  const auto value = convert(setting, std::string(path), tree.table()->at("x"), errors);
  EXPECT_EQ(value.has_value(), errors.empty());
  return value ? toml_value(setting, *value) : errors.text();
}

TEST(ConfigConvert, TakesEachKindAsFilesWriteIt) {
  EXPECT_EQ(converted("service.a.threads", "8"), "8");
  EXPECT_EQ(converted("service.a.memory_max", "1024"), "\"1KiB\"");
  EXPECT_EQ(converted("service.a.memory_max", "'2MiB'"), "\"2MiB\"");
  EXPECT_EQ(converted("service.a.graceful_timeout", "0"), "\"0\"");
  EXPECT_EQ(converted("service.a.graceful_timeout", "'1m'"), "\"1m\"");
  EXPECT_EQ(converted("log.target", "'x.log'"), "\"/etc/x.log\"");
  EXPECT_EQ(converted("log.target", "'stdout'"), "\"stdout\"");
  EXPECT_EQ(converted("service.a.module", "'x.so'"), "\"x.so\"");
  EXPECT_EQ(converted("service.a.module", "'./x.so'"), "\"/etc/x.so\"");
  EXPECT_EQ(converted("service.a.workers", "{ max = 3, min = 2 }"), "{ min = 2, max = 3 }");
  EXPECT_EQ(converted("service.a.listen", "[{ address = 'unix:x', mode = '600' }]"),
            "[{ address = \"unix:/etc/x\", mode = \"0600\" }]");
}

TEST(ConfigConvert, ReportsEachBadEntryOfAListAtItsOwnPlace) {
  const std::string errors = converted("service.a.listen", "['*:1', 7, '*:x', { mode = '9' }]");
  EXPECT_THAT(errors, HasSubstr("app.toml:1:13: "));
  EXPECT_THAT(errors, HasSubstr("app.toml:1:16: "));
  EXPECT_THAT(errors, HasSubstr("app.toml:1:32: "));
}

TEST(ConfigConvert, HintsAtQuotesUnitsAndBrackets) {
  EXPECT_THAT(converted("service.a.threads", "'8'"), HasSubstr("write 8 without quotes"));
  EXPECT_THAT(converted("service.a.boot_timeout", "30"), HasSubstr("did you mean \"30s\"?"));
  EXPECT_THAT(converted("service.a.listen", "'*:1'"), HasSubstr("write [\"*:1\"]"));
  EXPECT_THAT(converted("service.a.workers", "'4'"), HasSubstr("write 4 without quotes"));
}

TEST(ConfigConvert, RefusesEveryOtherTypeForEveryRow) {
  const std::vector<std::string> samples = {"'\\u0001'",  "-1",     "0.5", "true",
                                            "1979-05-27", "[true]", "[]",  "{ q = true }"};
  for (const Setting& setting : all_settings()) {
    if (setting.kind == Kind::options) continue;  // Anything goes.
    for (const std::string& sample : samples) {
      const bool may_be_none = setting.kind == Kind::texts && setting.bounds.lowest == 0;
      if (may_be_none && sample == "[]") continue;
      ConfigErrors errors;
      const Node tree = tree_of("x = " + (sample == "'\\u0001'" ? "\"\\u0001\"" : sample));
      EXPECT_FALSE(convert(setting, "x", tree.table()->at("x"), errors))
          << path_of(setting) << " = " << sample;
      EXPECT_FALSE(errors.empty());
    }
  }
}

TEST(ConfigConvert, TakesTextForNumbersWhereItCameOutOfAnExpansion) {
  Node tree = tree_of("x = '8'");
  Node& node = tree.table()->at("x");
  node.loose = true;
  ConfigErrors errors;
  EXPECT_EQ(convert(*find_setting("service.a.threads"), "x", node, errors), Value(uint64_t{8}));
}

TEST(ConfigConvert, SaysNothingMoreOfABrokenExpansion) {
  Node tree = tree_of("x = ['a']");
  Node& node = tree.table()->at("x");
  std::get<Node::Array>(node.value)[0].broken = true;
  ConfigErrors errors;
  EXPECT_FALSE(convert(*find_setting("service.a.listen"), "x", node, errors));
  EXPECT_TRUE(errors.empty());
}

}  // namespace
}  // namespace svc
