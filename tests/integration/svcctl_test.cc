// What an operator types, and what it says and returns.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

// The server is svcctl's child, not ours: ended by svcctl, and by pid if a test fails half-way.
class Svcctl : public ::testing::Test {
 protected:
  ~Svcctl() override {
    if (pid_ > 0 && process_exists(pid_)) ::kill(pid_, SIGTERM);
    if (pid_ > 0) eventually([&] { return !process_exists(pid_); });
  }
  void note_pid() { pid_ = static_cast<pid_t>(json_number(svcd_.status(), "/pid").value_or(0)); }

  Svcd svcd_{chaos_service("one", 2)};
  pid_t pid_ = 0;
};

TEST_F(Svcctl, StartWaitsUntilReadyAndSaysWhere) {
  const auto started = svcd_.svcctl({"start"});
  note_pid();
  ASSERT_EQ(started.exit_code, 0) << started.output;
  EXPECT_NE(started.output.find(svcd_.address("one")), std::string::npos) << started.output;
  EXPECT_NE(started.output.find("log"), std::string::npos) << started.output;
  EXPECT_EQ(fetch(svcd_.address("one"), "/pid")->status, 200);

  const auto again = svcd_.svcctl({"start"});
  EXPECT_NE(again.output.find("already running"), std::string::npos) << again.output;

  const auto stopped = svcd_.svcctl({"stop"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  EXPECT_TRUE(eventually([&] { return !process_exists(pid_); }));
  EXPECT_EQ(svcd_.svcctl({"status"}).exit_code, 3);
}

TEST_F(Svcctl, RestartServesUnderANewMaster) {
  ASSERT_EQ(svcd_.svcctl({"start"}).exit_code, 0);
  note_pid();
  const pid_t before = pid_;
  const auto restarted = svcd_.svcctl({"restart"});
  note_pid();
  ASSERT_EQ(restarted.exit_code, 0) << restarted.output;
  EXPECT_NE(pid_, before);
  EXPECT_EQ(fetch(svcd_.address("one"), "/pid")->status, 200);
  EXPECT_EQ(svcd_.svcctl({"stop"}).exit_code, 0);
}

TEST_F(Svcctl, StartFailsWithTheReasonAndLeavesNothing) {
  svcd_.configure(chaos_service("one", 1, "[service.one.options]\nboot_fail = \"throw\""));
  const auto started = svcd_.svcctl({"start"});
  EXPECT_EQ(started.exit_code, 1) << started.output;
  EXPECT_NE(started.output.find("one"), std::string::npos) << started.output;
  EXPECT_EQ(svcd_.svcctl({"status"}).exit_code, 3);
}

TEST_F(Svcctl, CheckPointsAtTheMistake) {
  EXPECT_EQ(svcd_.svcctl({"check"}).exit_code, 0);
  svcd_.configure(chaos_service("one", 1, "wrokers = 3"));
  const auto checked = svcd_.svcctl({"check"});
  EXPECT_EQ(checked.exit_code, 78);
  EXPECT_NE(checked.output.find(svcd_.config_path() + ":"), std::string::npos) << checked.output;
  EXPECT_NE(checked.output.find("wrokers"), std::string::npos) << checked.output;
  EXPECT_NE(checked.output.find("workers"), std::string::npos) << checked.output;
}

TEST_F(Svcctl, CheckNamesAMissingModule) {
  svcd_.configure("[service.one]\nmodule = \"/nowhere/absent.so\"\nlisten = [\"127.0.0.1:0\"]\n");
  const auto checked = svcd_.svcctl({"check"});
  EXPECT_EQ(checked.exit_code, 78) << checked.output;
  EXPECT_NE(checked.output.find("/nowhere/absent.so"), std::string::npos) << checked.output;
}

TEST_F(Svcctl, StopAndStatusNeedNoReadableConfiguration) {
  ASSERT_EQ(svcd_.svcctl({"start"}).exit_code, 0);
  note_pid();
  svcd_.write_config("this is = not [ TOML");
  const auto status = svcd_.svcctl({"--runtime-dir", svcd_.dir().file("run"), "status", "--json"});
  EXPECT_EQ(status.exit_code, 0) << status.output;
  const auto stopped = svcd_.svcctl({"--runtime-dir", svcd_.dir().file("run"), "stop"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  EXPECT_TRUE(eventually([&] { return !process_exists(pid_); }));
}

// Both files say the same name and the same runtime directory, as two projects may.
TEST_F(Svcctl, TakesNoOtherFilesServerForItsOwn) {
  ASSERT_EQ(svcd_.svcctl({"start"}).exit_code, 0);
  note_pid();
  std::filesystem::create_directory(svcd_.dir().file("other"));
  const std::string other = svcd_.dir().file("other/config.toml");
  std::filesystem::copy_file(svcd_.config_path(), other);
  const auto svcctl = [&](const char* command) {
    return run({program("svcctl"), "-c", other, "--color", "never", command});
  };
  const auto started = svcctl("start");
  EXPECT_EQ(started.exit_code, 1) << started.output;
  EXPECT_NE(started.output.find(svcd_.config_path()), std::string::npos) << started.output;
  EXPECT_NE(started.output.find("[master] name"), std::string::npos) << started.output;
  EXPECT_EQ(svcctl("restart").exit_code, 1);
  EXPECT_EQ(svcctl("status").exit_code, 3);
  EXPECT_EQ(svcctl("reload").exit_code, 1);
  const auto stopped = svcctl("stop");
  EXPECT_NE(stopped.output.find("not running"), std::string::npos) << stopped.output;
  EXPECT_EQ(fetch(svcd_.address("one"), "/pid")->status, 200);
  EXPECT_EQ(svcd_.svcctl({"stop"}).exit_code, 0);
}

TEST_F(Svcctl, RoutesListsWhatTheServiceAnswers) {
  ASSERT_EQ(svcd_.svcctl({"start"}).exit_code, 0);
  note_pid();
  const auto routes = svcd_.svcctl({"routes", "one"});
  EXPECT_EQ(routes.exit_code, 0) << routes.output;
  EXPECT_NE(routes.output.find("/pid"), std::string::npos) << routes.output;
  EXPECT_NE(routes.output.find("GET"), std::string::npos) << routes.output;
  EXPECT_EQ(svcd_.svcctl({"routes", "absent"}).exit_code, 1);
  EXPECT_EQ(svcd_.svcctl({"stop"}).exit_code, 0);
}

TEST_F(Svcctl, ColoursOnlyOnATerminal) {
  ASSERT_EQ(svcd_.svcctl({"start"}).exit_code, 0);
  note_pid();
  EXPECT_EQ(svcd_.svcctl({"status"}).output.find('\x1b'), std::string::npos);
  EXPECT_EQ(svcd_.svcctl({"stop"}).exit_code, 0);
}

TEST_F(Svcctl, CompletionsExistForThreeShells) {
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    const auto printed = svcd_.svcctl({"completion", shell});
    EXPECT_EQ(printed.exit_code, 0) << shell;
    EXPECT_NE(printed.output.find("reload"), std::string::npos) << shell;
  }
}

}  // namespace
}  // namespace svc::testing
