#include "cmd/svcctl/settings_document.h"

#include <gtest/gtest.h>

#include "config/emit.h"
#include "core/base/json_writer.h"

namespace svc {
namespace {

std::vector<ShownSetting> settings_of(const Config& config) {
  std::string text;
  JsonWriter json(text);
  show_config_json(config, json);
  auto settings = parse_settings(text);
  EXPECT_TRUE(settings) << settings.error().text;
  return settings ? *settings : std::vector<ShownSetting>();
}

Config a_config() {
  Config config;
  config.master.name = "shop";
  config.services["users"].name = "users";
  config.services["users"].module = "users.so";
  return config;
}

std::vector<ShownChange> changes(const std::function<void(Config&)>& change) {
  Config next = a_config();
  change(next);
  return compare_settings(settings_of(a_config()), settings_of(next));
}

TEST(SettingsDocument, ReadsWhatTheConfigurationShows) {
  const auto settings = settings_of(a_config());
  const auto name = std::find_if(settings.begin(), settings.end(),
                                 [](const auto& each) { return each.path == "master.name"; });
  ASSERT_NE(name, settings.end());
  EXPECT_EQ(name->value, "\"shop\"");
  EXPECT_EQ(name->origin, "default");
}

TEST(SettingsDocument, EqualConfigurationsHaveNoDifference) {
  EXPECT_TRUE(changes([](Config&) {}).empty());
}

TEST(SettingsDocument, AChangedSettingSaysWhatItNeeds) {
  const auto threads = changes([](Config& config) { config.services["users"].threads = 9; });
  ASSERT_EQ(threads.size(), 1u);
  EXPECT_EQ(threads[0].path, "service.users.threads");
  EXPECT_EQ(threads[0].running, "4");
  EXPECT_EQ(threads[0].next, "9");
  EXPECT_EQ(threads[0].needs, "generation");
  EXPECT_EQ(changes([](Config& config) { config.master.name = "x"; })[0].needs, "restart");
  EXPECT_EQ(changes([](Config& config) { config.log.level = LogLevel::debug; })[0].needs, "reload");
}

TEST(SettingsDocument, AServiceThatCameOrWentIsOneDifference) {
  const auto came = changes([](Config& config) { config.services["tasks"].name = "tasks"; });
  ASSERT_EQ(came.size(), 1u);
  EXPECT_EQ(came[0].path, "service.tasks");
  EXPECT_TRUE(came[0].running.empty());
  const auto went = changes([](Config& config) { config.services.clear(); });
  ASSERT_EQ(went.size(), 1u);
  EXPECT_EQ(went[0].path, "service.users");
  EXPECT_TRUE(went[0].next.empty());
}

TEST(SettingsDocument, NonsenseIsAnError) {
  for (const char* text : {"", "{}", "{\"settings\":[]}", "x"}) EXPECT_FALSE(parse_settings(text));
}

}  // namespace
}  // namespace svc
