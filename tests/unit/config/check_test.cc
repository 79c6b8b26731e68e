#include "config/check.h"

#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::HasSubstr;
using testing::kOneService;
using testing::load_text;
using ::testing::Not;

std::string errors_of(const std::string& text) {
  const auto config = load_text(text);
  return config ? "" : config.error().text();
}

TEST(ConfigCheck, WantsAServiceWithCodeAndAnAddress) {
  EXPECT_THAT(errors_of(""), HasSubstr("app.toml:1:1: there is no service"));
  EXPECT_THAT(errors_of("[service.a]\n"), HasSubstr("service.a has no code"));
  EXPECT_THAT(errors_of("[service.a]\n"), HasSubstr("service.a listens nowhere"));
}

TEST(ConfigCheck, WantsOneKindOfCode) {
  testing::MemoryFiles files;
  files.put("/services/a.so", "");
  files.put("/etc/app.toml", kOneService + "module = 'a.so'\n");
  EXPECT_THAT(load(testing::request_in(files)).error().text(),
              HasSubstr("service.a has a module and a builtin"));
  EXPECT_THAT(errors_of("[service.a]\nbuiltin = 'nope'\nlisten = ['*:1']\n"),
              HasSubstr("service.a.builtin: there is no \"nope\""));
}

TEST(ConfigCheck, FindsTheSameAddressInTwoServices) {
  const std::string other = "[service.b]\nbuiltin = 'echo'\nlisten = ['*:9', 'localhost:1']\n";
  EXPECT_THAT(errors_of(kOneService + other),
              HasSubstr("app.toml:6:18: localhost:1 is taken already, by service.a"));
}

TEST(ConfigCheck, CallsABeatThatIsLateByDesignAnError) {
  EXPECT_THAT(errors_of(kOneService + "heartbeat_interval = '10s'\n"),
              HasSubstr("app.toml:4:22: service.a.heartbeat_timeout is 10s, which must be longer"));
  EXPECT_EQ(errors_of(kOneService + "heartbeat_interval = '9999ms'\n"), "");
  EXPECT_EQ(errors_of(kOneService + "backoff_initial = '30s'\n"), "");
  EXPECT_THAT(errors_of(kOneService + "backoff_initial = '31s'\n"),
              HasSubstr("backoff_max is 30s, which must be no shorter than backoff_initial (31s)"));
}

TEST(ConfigCheck, DrawsNoConclusionsFromWhatIsWrongAlready) {
  EXPECT_THAT(errors_of(kOneService + "heartbeat_interval = '20s'\nheartbeat_timeout = 'x'\n"),
              Not(HasSubstr("must be longer")));
  EXPECT_THAT(errors_of("[service.a]\nbuiltin = 7\nlisten = 7\n"), Not(HasSubstr("has no code")));
  EXPECT_THAT(errors_of("[service.a]\nbuiltin = 7\nlisten = 7\n"), Not(HasSubstr("nowhere")));
}

TEST(ConfigCheck, KnowsHowManyWorkersAMasterHasRoomFor) {
  const std::string b = "[service.b]\nbuiltin = 'echo'\nlisten = ['*:2']\nworkers = ";
  EXPECT_EQ(errors_of(kOneService + "workers = 256\n" + b + "256\n"), "");
  EXPECT_THAT(errors_of(kOneService + "workers = 256\n" + b + "257\n"),
              HasSubstr("service.b.workers: 513 in all services so far"));
}

TEST(ConfigCheck, KeepsTheControlSocketWithinWhatTheSystemCanBind) {
  const std::string head = "[master]\nruntime_dir = '/";
  EXPECT_EQ(errors_of(head + std::string(94, 'x') + "'\n" + kOneService), "");
  EXPECT_THAT(errors_of(head + std::string(95, 'x') + "'\n" + kOneService),
              HasSubstr("app.toml:2:15: "));
}

}  // namespace
}  // namespace svc
