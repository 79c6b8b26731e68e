#include "config/schema.h"

#include <set>

#include "config/prose.h"
#include "config/value.h"

namespace svc {
namespace {

TEST(Schema, HasEachSettingOnceInASectionThatIsKnown) {
  std::set<std::string> seen;
  std::set<std::string_view> known;
  for (const SectionRow& row : sections()) known.insert(row.section);
  for (const Setting& setting : all_settings()) {
    EXPECT_TRUE(seen.insert(path_of(setting)).second) << path_of(setting);
    EXPECT_TRUE(known.contains(setting.section)) << path_of(setting);
  }
  EXPECT_GT(seen.size(), 40U);
}

TEST(Schema, KeepsTheRowsOfASectionTogether) {
  size_t count = 0;
  for (const SectionRow& row : sections()) {
    EXPECT_FALSE(settings_in(row.section).empty()) << row.section;
    count += settings_in(row.section).size();
  }
  EXPECT_EQ(count, all_settings().size());
}

TEST(Schema, ExplainsEachSettingInWholeSentences) {
  for (const Setting& setting : all_settings()) {
    EXPECT_GT(setting.prose.size(), 20U) << path_of(setting);
    EXPECT_TRUE(setting.prose.ends_with('.')) << path_of(setting);
    EXPECT_EQ(setting.prose.find("  "), setting.prose.npos) << path_of(setting);
  }
}

// Whatever isn't derived from the system or needed in a file must be in its own bounds.
TEST(Schema, HasDefaultsThatFit) {
  for (const Setting& setting : all_settings()) {
    if (default_text(setting).empty()) continue;
    EXPECT_TRUE(fits(setting, default_of(setting))) << path_of(setting);
  }
}

TEST(Schema, FindsRowsByPathWithAServiceOrAWildcard) {
  const Setting* row = find_setting("service.*.http", "body_max");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(find_setting("service.users.http.body_max"), row);
  EXPECT_EQ(find_setting("service.*.http.body_max"), row);
  EXPECT_EQ(path_of(*row), "service.*.http.body_max");
  EXPECT_NE(find_setting("master.name"), nullptr);
  for (const std::string_view path :
       {"", ".", "name", "master", "master.", "master.nope", "service", "service.a",
        "service..http", "service.a.http", "service.a.http.nope", "service.a.b.http.body_max"})
    EXPECT_EQ(find_setting(path), nullptr) << path;
}

template <class Section>
void expect_fields_work() {
  for (const Field<Section>& field : fields<Section>()) {
    Section section;
    const Value before = field.get(section);
    EXPECT_EQ(before, default_of(*field.setting)) << field.setting->name;
    if (const auto* number = std::get_if<uint64_t>(&before)) {
      const Value other = *number == 0 ? uint64_t{1} : *number - 1;
      field.set(section, Value(other));
      EXPECT_EQ(field.get(section), other) << field.setting->name;
    } else if (std::holds_alternative<std::string>(before)) {
      field.set(section, std::string("other"));
      EXPECT_EQ(field.get(section), Value(std::string("other"))) << field.setting->name;
    }
  }
}

TEST(Schema, ReadsAndWritesTheMembersOfTheStructs) {
  expect_fields_work<MasterConfig>();
  expect_fields_work<LogConfig>();
  expect_fields_work<ServiceConfig>();
  expect_fields_work<HttpConfig>();
  expect_fields_work<ProxyConfig>();
  expect_fields_work<ListenEntry>();
  expect_fields_work<UpstreamConfig>();
  ServiceConfig service;
  for (const auto& field : fields<ServiceConfig>())
    if (field.setting->name == "graceful_timeout") field.set(service, uint64_t{1500});
  EXPECT_EQ(service.graceful_timeout, 1500ms);
}

TEST(Schema, VisitsEachSectionOfAConfig) {
  Config config;
  config.services["a"].name = "a";
  config.services["b"].name = "b";
  config.services["b"].upstreams["c"] = {};
  std::vector<std::string> paths;
  for_each_section(config, [&](const std::string& path, auto&) { paths.push_back(path); });
  EXPECT_THAT(paths, ::testing::ElementsAre("master", "log", "service.a", "service.a.http",
                                            "service.a.proxy", "service.b", "service.b.http",
                                            "service.b.proxy", "service.b.upstreams.c"));
}

TEST(Schema, NamesChanges) {
  EXPECT_EQ(change_name(Change::reload), "reload");
  EXPECT_EQ(change_name(Change::generation), "generation");
  EXPECT_EQ(change_name(Change::restart), "restart");
}

}  // namespace
}  // namespace svc
