#include "config/diff.h"

#include "config/value.h"
#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::HasSubstr;

Config base() {
  Config config;
  config.services["a"] = {.name = "a", .module_path = "/m/a.so"};
  config.services["a"].module = "a.so";
  config.services["a"].listen = {{.address = "unix:/x"}};
  return config;
}

TEST(ConfigDiff, OfTheSameIsNothing) {
  EXPECT_TRUE(diff(base(), base()).empty());
  EXPECT_EQ(needs_restart({}), "");
}

TEST(ConfigDiff, TellsPathValuesAndWhatTheChangeTakes) {
  Config next = base();
  next.log.level = LogLevel::debug;
  next.services["a"].http.body_max = 2048;
  const auto changes = diff(base(), next);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].path, "log.level");
  EXPECT_EQ(changes[0].old_text, "\"info\"");
  EXPECT_EQ(changes[0].new_text, "\"debug\"");
  EXPECT_EQ(changes[0].change, Change::reload);
  EXPECT_EQ(changes[1].path, "service.a.http.body_max");
  EXPECT_EQ(changes[1].new_text, "\"2KiB\"");
  EXPECT_EQ(changes[1].change, Change::generation);
}

// Every row must be compared, or a changed setting would be silently not in force.
TEST(ConfigDiff, SeesAChangeOfEveryRow) {
  size_t seen = 0;
  for (const Setting& setting : all_settings()) {
    Config next = base();
    bool set = false;
    for_each_section(next, [&]<class Section>(const std::string&, Section& section) {
      for (const Field<Section>& field : fields<Section>()) {
        if (field.setting != &setting) continue;
        const Value before = field.get(section);
        if (const auto* number = std::get_if<uint64_t>(&before))
          field.set(section, *number == 0 ? uint64_t{1} : *number - 1), set = true;
        else if (std::holds_alternative<std::string>(before))
          field.set(section, std::string("other")), set = true;
      }
    });
    if (!set) continue;
    const auto changes = diff(base(), next);
    ASSERT_EQ(changes.size(), 1U) << path_of(setting);
    EXPECT_EQ(changes[0].change, setting.change) << path_of(setting);
    ++seen;
  }
  EXPECT_GT(seen, 35U);
}

TEST(ConfigDiff, RefusesARestartSettingByName) {
  Config next = base();
  next.master.name = "other";
  next.services["a"].backlog = 5;
  EXPECT_EQ(
      needs_restart(diff(base(), next)),
      "only a restart can change master.name (\"\" to \"other\"), service.a.backlog (1024 to 5)");
}

TEST(ConfigDiff, NeedsNoRestartForServicesThatComeAndGo) {
  Config next = base();
  next.services["b"] = {.name = "b"};
  next.services["b"].module = "b.so";
  next.services["b"].backlog = 5;
  next.services.erase("a");
  const auto changes = diff(base(), next);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].path, "service.a");
  EXPECT_EQ(changes[0].new_text, "");
  EXPECT_EQ(changes[1].path, "service.b");
  EXPECT_EQ(changes[1].new_text, "b.so");
  EXPECT_EQ(needs_restart(changes), "");
}

TEST(ConfigDiff, LetsAddressesComeAndGoButNotTheRightsOfOneThatStays) {
  Config next = base();
  next.services["a"].listen.push_back({.address = "unix:/y", .mode = 0600});
  EXPECT_EQ(needs_restart(diff(base(), next)), "");
  next.services["a"].listen[0].mode = 0600;
  EXPECT_THAT(needs_restart(diff(base(), next)),
              HasSubstr("service.a.listen[unix:/x].mode (\"0666\" to \"0600\")"));
}

TEST(ConfigDiff, ShowsNoSecrets) {
  Config before = base();
  Config next = base();
  before.services["a"].options = {{"token", std::string("old"), {}}};
  next.services["a"].options = {{"token", std::string("new"), {}}};
  for (Config* config : {&before, &next})
    config->origins["service.a.options.token"] = {OriginKind::file, {}, "", "${file:token}"};
  const auto changes = diff(before, next);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].old_text, "(contents of ${file:token})");
  EXPECT_EQ(changes[0].new_text, "(contents of ${file:token})");
}

TEST(ConfigDiff, IsBlindToWhereOptionsStand) {
  Config before = base();
  Config next = base();
  before.services["a"].options = {{"x", 0.5, {"a.toml", 1, 1}}};
  next.services["a"].options = {{"x", 0.5, {"a.toml", 9, 1}}};
  EXPECT_TRUE(diff(before, next).empty());
}

}  // namespace
}  // namespace svc
