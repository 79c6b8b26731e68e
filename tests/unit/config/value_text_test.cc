#include "config/value_text.h"

namespace svc {
namespace {

std::string read(std::string_view path, std::string_view text) {
  const Setting& setting = *find_setting(path);
  const auto value = value_from_text(setting, "X", text);
  return value ? toml_value(setting, *value) : "error: " + value.error().message;
}
bool refused(std::string_view path, std::string_view text) {
  return !value_from_text(*find_setting(path), "X", text);
}

TEST(ValueFromText, ReadsEachKind) {
  EXPECT_EQ(read("service.a.threads", "8"), "8");
  EXPECT_EQ(read("service.a.max_requests", "18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(read("service.a.boot_timeout", "1m30s"), "\"1m30s\"");
  EXPECT_EQ(read("service.a.memory_max", "1536KiB"), "\"1.5MiB\"");
  EXPECT_EQ(read("service.a.reuseport", "off"), "\"off\"");
  EXPECT_EQ(read("service.a.user", "web"), "\"web\"");
  EXPECT_EQ(read("service.a.listen.mode", "640"), "\"0640\"");
  EXPECT_EQ(read("service.a.workers", "auto"), "\"auto\"");
  EXPECT_EQ(read("service.a.workers", "4"), "4");
  EXPECT_EQ(read("service.a.workers", "2-8"), "{ min = 2, max = 8 }");
  EXPECT_EQ(read("service.a.listen", "*:1, unix:/x"), "[\"*:1\", \"unix:/x\"]");
  EXPECT_EQ(read("service.a.environment", "A=1,B=x=y"), "{ A = \"1\", B = \"x=y\" }");
  EXPECT_EQ(read("service.a.environment", ""), "{}");
}

TEST(ValueFromText, ReadsBackWhatItWroteForEveryNumber) {
  for (const Setting& setting : all_settings()) {
    const Value value = default_of(setting);
    if (!std::holds_alternative<uint64_t>(value)) continue;
    std::string text = toml_value(setting, value);
    std::erase(text, '"');
    const auto back = value_from_text(setting, "X", text);
    EXPECT_TRUE(back && *back == value) << path_of(setting) << " = " << text;
  }
}

TEST(ValueFromText, RefusesWhatDoesNotFit) {
  for (const std::string_view text : {"", " 8", "8 ", "+8", "-1", "0", "65", "1e1", "0x8", "8.0"})
    EXPECT_TRUE(refused("service.a.threads", text)) << text;
  EXPECT_TRUE(refused("service.a.max_requests", "18446744073709551616"));
  EXPECT_TRUE(refused("service.a.boot_timeout", "10"));
  EXPECT_TRUE(refused("service.a.boot_timeout", "1us"));
  EXPECT_TRUE(refused("service.a.listen.mode", "8"));
  for (const std::string_view text : {"", "-", "1-", "-2", "3-2", "0-2", "1-2-3", "AUTO"})
    EXPECT_TRUE(refused("service.a.workers", text)) << text;
  EXPECT_TRUE(refused("service.a.listen", ""));
  EXPECT_TRUE(refused("service.a.listen", "*:1,"));
  EXPECT_TRUE(refused("service.a.environment", "A"));
  EXPECT_TRUE(refused("service.a.options", "x"));
}

TEST(ValueFromText, HintsAtANearChoiceAndAMissingUnit) {
  EXPECT_EQ(value_from_text(*find_setting("log.level"), "X", "wran").error().hint,
            "did you mean \"warn\"?");
  EXPECT_EQ(value_from_text(*find_setting("service.a.boot_timeout"), "X", "10").error().hint,
            "did you mean \"10s\"?");
}

}  // namespace
}  // namespace svc
