#include "config/overlay.h"

#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::HasSubstr;

// The configuration of one service "a" and one "b-c", with these on top.
std::expected<Config, ConfigErrors> overlaid(std::map<std::string, std::string> environment,
                                             std::vector<std::string> overrides = {}) {
  testing::MemoryFiles files;
  files.put("/etc/app.toml",
            testing::kOneService +
                "[service.a.options]\nName = 'x'\ncount = 1\n[service.b-c]\nbuiltin = 'echo'\n"
                "listen = ['127.0.0.1:2']\n");
  LoadRequest request = testing::request_in(files);
  request.environment = std::move(environment);
  request.overrides = std::move(overrides);
  return load(request);
}

std::string error_of(const std::string& name, const std::string& value) {
  const auto config = overlaid({{name, value}});
  return config ? "" : config.error().text();
}

TEST(ConfigOverlay, VariablesWinOverFilesAndArgumentsOverVariables) {
  const auto config = overlaid({{"SVC_SERVICE__A__THREADS", "8"}, {"SVC_LOG__LEVEL", "debug"}},
                               {"service.a.threads=9", "service.a.threads=10"});
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->services.at("a").threads, 10U) << "the last argument wins";
  EXPECT_EQ(config->log.level, LogLevel::debug);
  EXPECT_EQ(config->origins.at("log.level").source, "SVC_LOG__LEVEL");
  EXPECT_EQ(config->origins.at("service.a.threads").kind, OriginKind::command_line);
}

TEST(ConfigOverlay, FindsServicesWhateverTheCaseAndDashes) {
  const auto config =
      overlaid({{"SVC_SERVICE__B_C__THREADS", "8"}, {"svc_service__a__threads", "7"}});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->services.at("b-c").threads, 8U);
  EXPECT_EQ(config->services.at("a").threads, 4U) << "only SVC_ in capitals is ours";
}

TEST(ConfigOverlay, KeepsTheTypeOfAnOptionThatIsThere) {
  const auto config = overlaid({{"SVC_SERVICE__A__OPTIONS__NAME", "12"},
                                {"SVC_SERVICE__A__OPTIONS__COUNT", "12"},
                                {"SVC_SERVICE__A__OPTIONS__NEW_ONE", "true"}});
  ASSERT_TRUE(config) << config.error().text();
  const auto& options = config->services.at("a").options;
  ASSERT_EQ(options.size(), 3U);
  EXPECT_EQ(options[0].key, "Name");
  EXPECT_EQ(std::get<std::string>(options[0].value), "12");
  EXPECT_EQ(std::get<int64_t>(options[1].value), 12);
  EXPECT_EQ(options[2].key, "new_one");
  EXPECT_TRUE(std::get<bool>(options[2].value));
}

TEST(ConfigOverlay, TakesListsWithCommasOrAsToml) {
  EXPECT_EQ(overlaid({{"SVC_SERVICE__A__LISTEN", "*:1,*:2"}})->services.at("a").listen.size(), 2U);
  EXPECT_EQ(
      overlaid({{"SVC_SERVICE__A__LISTEN", "['*:1', '*:2']"}})->services.at("a").listen.size(), 2U);
  EXPECT_EQ(overlaid({{"SVC_SERVICE__A__WORKERS", "{min = 2, max = 3}"}})->services.at("a").workers,
            (Workers{false, 2, 3}));
}

TEST(ConfigOverlay, ExpandsNothing) {
  const auto config = overlaid({{"SVC_SERVICE__A__USER", "${HOME}"}});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->services.at("a").user, "${HOME}");
}

TEST(ConfigOverlay, NamesTheVariableThatIsWrong) {
  EXPECT_THAT(error_of("SVC_LOG_LEVEL", "x"), HasSubstr("did you mean SVC_LOG__LEVEL?"));
  EXPECT_THAT(error_of("SVC_SERVICE__USERS__THREADS", "1"),
              HasSubstr("there is no service \"users\""));
  EXPECT_THAT(error_of("SVC_SERVICE__A__THREADS", "0"), HasSubstr("SVC_SERVICE__A__THREADS: "));
  EXPECT_THAT(error_of("SVC_SERVICE__A__THREAD", "1"), HasSubstr("did you mean \"threads\"?"));
  EXPECT_THAT(error_of("SVC_LOG__LEVEL", "\xff"), HasSubstr("not valid UTF-8"));
  EXPECT_THAT(error_of("SVC_A____B", "x"), HasSubstr("SVC_A____B: no such setting"));
}

TEST(ConfigOverlay, RefusesAVariableThatMayMeanTwoServices) {
  testing::MemoryFiles files;
  files.put("/etc/app.toml",
            "[service.x-y]\nbuiltin = 'echo'\nlisten = ['*:1']\n[service.x_y]\nbuiltin = 'echo'\n"
            "listen = ['*:2']\n");
  LoadRequest request = testing::request_in(files);
  request.environment = {{"SVC_SERVICE__X_Y__THREADS", "1"}};
  const auto config = load(request);
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().text(), HasSubstr("may be the service x-y or x_y"));
}

TEST(ConfigOverlay, LeavesOtherPeoplesVariablesAlone) {
  for (const std::string_view name :
       {"SVC_FAULT", "SVC_FAULT_COUNT", "SVC_TEST_UPDATE", "SVC_USERS_SERVICE_HOST",
        "SVC_USERS_SERVICE_PORT", "SVC_USERS_SERVICE_PORT_HTTP", "SVC_USERS_PORT",
        "SVC_USERS_PORT_80_TCP_ADDR"})
    EXPECT_TRUE(is_foreign_variable(name)) << name;
  for (const std::string_view name : {"SVC_LOG__LEVEL", "SVC_SERVICE__A__HTTP__BODY_MAX",
                                      "SVC_LOG_LEVEL", "SVC_SERVICE__A__OPTIONS__DB_PORT"})
    EXPECT_FALSE(is_foreign_variable(name)) << name;
}

TEST(ConfigOverlay, SurvivesPathsOfAnyDepth) {
  std::string path = "service.a.options";
  for (int i = 0; i < 5'000; ++i) path += ".x";
  EXPECT_FALSE(overlaid({}, {path + "=1"}));
}

}  // namespace
}  // namespace svc
