#include "core/process/reload.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "core/control/client.h"
#include "tests/support/eventually.h"
#include "tests/support/json.h"
#include "tests/unit/process/master_support.h"

namespace svc::testing {
namespace {

// Services "alpha" and, if there is a file `beta`, "beta"; each file holds "MODE WORKERS".
class ReloadTest : public ::testing::Test {
 protected:
  static ServiceConfig from_file(const std::string& name, const std::string& text) {
    const size_t blank = text.find(' ');
    auto service = test_service(name, text.substr(0, blank),
                                static_cast<uint32_t>(std::stoul(text.substr(blank + 1))));
    service.boot_timeout = std::chrono::milliseconds(2'000);
    return service;
  }

  Result<Config> configure(Config config) {
    const std::string alpha = read_file(files_.file("alpha"));
    if (alpha == "broken") return Error::invalid("test.toml:3:1: no setting \"lisen\"");
    if (alpha == "huge") config.master.user.assign(8 * 1024 * 1024, 'x');
    if (alpha == "endless")
      for (;;) ::pause();
    if (alpha == "crash") ::abort();
    config.services["alpha"] = from_file("alpha", alpha == "huge" ? "serve 1" : alpha);
    if (const std::string beta = read_file(files_.file("beta")); !beta.empty())
      config.services["beta"] = from_file("beta", beta);
    if (const std::string name = read_file(files_.file("name")); !name.empty())
      config.master.name = name;
    if (const std::string log = read_file(files_.file("log")); !log.empty())
      config.log.target = log;
    return config;
  }

  void start(const std::string& alpha, const std::string& beta = "") {
    write("alpha", alpha);
    if (!beta.empty()) write("beta", beta);
    master_.emplace([this](Config config) { return configure(std::move(config)); });
    ASSERT_TRUE(master_->wait_ready()) << master_->log();
  }

  void write(const std::string& name, const std::string& text) { files_.write(name, text); }

  ControlAnswer reload(std::vector<std::string> service = {}) {
    progress_.clear();
    auto answer = master_->call("reload", std::move(service), &progress_);
    EXPECT_TRUE(answer) << answer.error().text;
    return answer ? *answer : ControlAnswer{};
  }

  int64_t generation(size_t service) const {
    return json_number(master_->status(), fmt::format("/services/{}/generation", service))
        .value_or(-1);
  }

  TempDir files_;
  std::vector<std::string> progress_;
  std::optional<TestMaster> master_;
};

TEST_F(ReloadTest, ReplacesEveryWorkerAndKeepsThePort) {
  start("serve 2");
  const auto before = master_->pids(0);
  const uint16_t port = master_->port(0);
  const auto answer = reload();
  EXPECT_EQ(answer.exit_status, 0);
  EXPECT_EQ(answer.line, "promoted generation 2");
  ASSERT_TRUE(eventually([&] { return master_->pids(0, "draining").empty(); }));
  const auto after = master_->pids(0);
  ASSERT_EQ(after.size(), 2U);
  for (const pid_t pid : after) EXPECT_EQ(std::count(before.begin(), before.end(), pid), 0);
  EXPECT_EQ(master_->port(0), port);
  EXPECT_TRUE(ask(port).ends_with(" 2\n"));
}

TEST_F(ReloadTest, HappensOnSighup) {
  start("serve 1");
  master_->signal(SIGHUP);
  EXPECT_TRUE(master_->logged("promoted generation 2"));
}

TEST_F(ReloadTest, LosesNoConnection) {
  start("serve 2");
  const uint16_t port = master_->port(0);
  std::atomic<bool> over = false;
  std::atomic<int> answered = 0, failed = 0;
  std::thread client([&] {
    while (!over) (ask(port).empty() ? failed : answered)++;
  });
  for (int i = 0; i < 10; ++i) {
    // Up and down, too: a grown or parked queue must never be without somebody who empties it.
    write("alpha", i % 2 == 0 ? "serve 4" : "serve 1");
    EXPECT_EQ(reload().exit_status, 0);
  }
  over = true;
  client.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GT(answered, 10);
}

struct BadReload {
  std::string name, alpha, told;
};
class BadReloadTest : public ReloadTest, public ::testing::WithParamInterface<BadReload> {};
INSTANTIATE_TEST_SUITE_P(
    Kinds, BadReloadTest,
    ::testing::Values(BadReload{"broken", "broken", "test.toml:3:1: no setting \"lisen\""},
                      BadReload{"huge", "huge", "configuration: the answer is larger than 4MiB"},
                      BadReload{"crashing", "crash", "the process that was to do it died: SIGABRT"},
                      BadReload{"exiting", "exit 2", "died while booting: exit status 3"},
                      BadReload{"failing", "fail 2", "failed to boot: the database is not there"},
                      BadReload{"segfaulting", "crash 2", "died while booting: SIGSEGV"},
                      BadReload{"hanging", "hang 2", "not ready within boot_timeout, 2s"}),
    [](const auto& kind) { return kind.param.name; });

TEST_P(BadReloadTest, IsRolledBackAndTheOldGenerationNeverNotices) {
  start("serve 2");
  const auto before = master_->pids(0);
  write("alpha", GetParam().alpha);
  const auto answer = reload();
  EXPECT_EQ(answer.exit_status, 1);
  EXPECT_NE(answer.line.find(GetParam().told), std::string::npos) << answer.line;
  EXPECT_TRUE(master_->logged("reload failed, the former generation stays"));
  EXPECT_EQ(master_->pids(0), before);
  EXPECT_EQ(generation(0), 1);
  EXPECT_TRUE(ask(master_->port(0)).ends_with(" 1\n"));

  write("alpha", "serve 2");
  EXPECT_EQ(reload().exit_status, 0);
  EXPECT_NE(master_->pids(0), before);
}

TEST_F(ReloadTest, TellsTheFramesOfACrash) {
  start("serve 1");
  write("alpha", "crash 1");
  EXPECT_EQ(reload().exit_status, 1);
  std::string told;
  for (const auto& line : progress_) told += line + "\n";
  EXPECT_NE(told.find("crash_here"), std::string::npos) << told;
}

TEST_F(ReloadTest, IsAllOrNothingOverServices) {
  start("serve 1", "serve 1");
  const auto alpha = master_->pids(0);
  write("beta", "exit 1");
  EXPECT_EQ(reload().exit_status, 1);
  ASSERT_TRUE(master_->wait_ready());
  EXPECT_EQ(master_->pids(0), alpha);
  EXPECT_EQ(generation(0), 1);
}

TEST_F(ReloadTest, OfOneServiceLeavesTheOthersAlone) {
  start("serve 1", "serve 1");
  const auto alpha = master_->pids(0), beta = master_->pids(1);
  write("alpha", "exit 1");  // Not asked for: not looked at.
  EXPECT_EQ(reload({"beta"}).exit_status, 0);
  ASSERT_TRUE(eventually([&] { return master_->pids(1, "draining").empty(); }));
  EXPECT_EQ(master_->pids(0), alpha);
  EXPECT_NE(master_->pids(1), beta);
}

TEST_F(ReloadTest, OfAnUnknownServiceSaysSo) {
  start("serve 1");
  const auto answer = reload({"gamma"});
  EXPECT_EQ(answer.exit_status, 1);
  EXPECT_NE(answer.line.find("no service \"gamma\""), std::string::npos) << answer.line;
}

TEST_F(ReloadTest, RefusesWhatTakesARestart) {
  start("serve 1");
  write("name", "another");
  const auto answer = reload();
  EXPECT_EQ(answer.exit_status, 1);
  EXPECT_NE(answer.line.find("master.name"), std::string::npos) << answer.line;
  EXPECT_EQ(generation(0), 1);
}

TEST_F(ReloadTest, AddsAndRemovesServices) {
  start("serve 1");
  write("beta", "serve 1");
  ASSERT_EQ(reload().exit_status, 0);
  ASSERT_TRUE(master_->wait_ready());
  EXPECT_EQ(json_size(master_->status(), "/services"), 2U);
  const uint16_t port = master_->port(1);
  EXPECT_NE(ask(port), "");
  const auto beta = master_->pids(1);

  write("beta", "");
  ASSERT_EQ(reload().exit_status, 0);
  ASSERT_TRUE(eventually([&] { return json_size(master_->status(), "/services") == 1; }));
  EXPECT_NE(::kill(beta.at(0), 0), 0);
  EXPECT_EQ(ask(port), "");
}

TEST_F(ReloadTest, RefusesALogThatCannotBeOpened) {
  start("serve 1");
  write("log", files_.file("none/svcd.log"));
  const auto answer = reload();
  EXPECT_EQ(answer.exit_status, 1);
  EXPECT_EQ(answer.line, fmt::format("log.target: open {}: No such file or directory",
                                     files_.file("none/svcd.log")));
  EXPECT_EQ(generation(0), 1);
  write("log", files_.file("svcd.log"));
  EXPECT_EQ(reload().exit_status, 0);
  EXPECT_TRUE(eventually([&] {
    return read_file(files_.file("svcd.log")).find("promoted generation") != std::string::npos;
  }));
}

TEST_F(ReloadTest, WaitsForTheDrainAndTheNewestReplacesAWaitingOne) {
  start("serve 1");
  const pid_t old = master_->pids(0).at(0);
  ::kill(old, SIGSTOP);  // It drains when it is let.
  ASSERT_EQ(reload().exit_status, 0);
  ControlAnswer second, third;
  std::atomic<bool> waits = false;
  std::thread superseded([&] {
    const auto answer =
        control_call(master_->control_path(), {"reload", {}}, 30s, [&](std::string_view line) {
          if (line.starts_with("waiting for what is under way")) waits = true;
        });
    second = *answer;
  });
  EXPECT_TRUE(eventually([&] { return waits.load(); }));
  std::thread newest([&] { third = *master_->call("reload"); });
  superseded.join();
  EXPECT_EQ(second.exit_status, 1);
  EXPECT_EQ(second.line, "superseded by a later reload");
  EXPECT_EQ(generation(0), 2);
  ::kill(old, SIGCONT);
  newest.join();
  EXPECT_EQ(third.exit_status, 0);
  EXPECT_EQ(third.line, "promoted generation 3");
}

TEST_F(ReloadTest, EndsWithTheMasterWhenThatStops) {
  start("serve 1");
  write("alpha", "hang 1");
  ControlAnswer answer;
  std::thread caller([&] { answer = *master_->call("reload"); });
  ASSERT_TRUE(master_->wait_state(0, "reloading"));
  master_->signal(SIGTERM);
  caller.join();
  EXPECT_EQ(answer.exit_status, 1);
  EXPECT_EQ(answer.line, "svcd is stopping");
  EXPECT_EQ(master_->wait(), 0);
  EXPECT_TRUE(master_->logged("died while booting: SIGKILL, because it is not needed any more"));
  std::istringstream log(master_->log());
  for (std::string line; std::getline(log, line);)
    EXPECT_TRUE(!line.contains("not needed any more") || line.contains(" info ")) << line;
}

TEST_F(ReloadTest, RunsTheWorkersOfANewGenerationInStandbyFirst) {
  start("serve 1", "serve 1");
  write("beta", "hang 1");
  master_->signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return master_->pids(0, "standby").size() == 1; }));
  EXPECT_TRUE(ask(master_->port(0)).ends_with(" 1\n"));
  EXPECT_TRUE(master_->logged("the former generation stays"));
}

}  // namespace
}  // namespace svc::testing
