#include "core/process/master.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/base/fault.h"
#include "tests/support/eventually.h"
#include "tests/support/json.h"
#include "tests/support/proc.h"
#include "tests/unit/process/master_support.h"

namespace svc::testing {
namespace {

// One service "alpha" of two workers; its mode is in the file `mode`, if there is one.
Result<Config> one_service(Config config, const std::string& mode = "serve", uint32_t workers = 2) {
  config.services["alpha"] = test_service("alpha", mode, workers);
  return config;
}

bool alive(pid_t pid) { return ::kill(pid, 0) == 0; }

TEST(Master, BootsItsWorkersAndServes) {
  TestMaster master([](Config config) { return one_service(std::move(config)); });
  ASSERT_TRUE(master.wait_ready());
  const std::string status = master.status();
  EXPECT_EQ(json_text(status, "/name"), "test");
  EXPECT_EQ(json_number(status, "/pid"), master.pid());
  EXPECT_EQ(json_number(status, "/generation"), 1);
  EXPECT_EQ(json_text(status, "/services/0/name"), "alpha");
  EXPECT_EQ(json_size(status, "/services/0/workers"), 2U);
  EXPECT_EQ(json_number(status, "/services/0/workers/1/index"), 1);
  EXPECT_EQ(json_number(status, "/services/0/workers/1/generation"), 1);
  const std::string answer = ask(master.port(0));
  EXPECT_TRUE(answer.ends_with(" 1\n")) << answer;
  EXPECT_TRUE(
      eventually([&] { return json_number(master.status(), "/services/0/requests") == 1; }));
}

TEST(Master, EndsOnSigtermAndLeavesNothingBehind) {
  TestMaster master([](Config config) { return one_service(std::move(config)); });
  ASSERT_TRUE(master.wait_ready());
  const auto workers = master.pids(0);
  const uint16_t port = master.port(0);
  ASSERT_EQ(workers.size(), 2U);
  master.signal(SIGTERM);
  EXPECT_EQ(master.wait(), 0);
  for (const pid_t pid : workers) EXPECT_FALSE(alive(pid));
  EXPECT_FALSE(std::filesystem::exists(master.dir().file("run/test")));
  EXPECT_TRUE(std::filesystem::is_empty(master.dir().file("run")));
  EXPECT_EQ(ask(port), "");
}

TEST(Master, TellsWhoeverWaitsForItWhereItListens) {
  TestMaster master([](Config config) { return one_service(std::move(config)); }, true);
  const std::string line = master.ready_line();
  EXPECT_TRUE(line.starts_with("ready alpha on 127.0.0.1:")) << line;
  EXPECT_TRUE(master.wait_ready());
}

struct BadBoot {
  std::string mode, told;
};
class MasterBoot : public ::testing::TestWithParam<BadBoot> {};
INSTANTIATE_TEST_SUITE_P(Modes, MasterBoot,
                         ::testing::Values(BadBoot{"exit", "died while booting: exit status 3"},
                                           BadBoot{"fail",
                                                   "failed to boot: the database is not there"},
                                           BadBoot{"crash", "died while booting: SIGSEGV"},
                                           BadBoot{"hang", "not ready within boot_timeout, 300ms"}),
                         [](const auto& boot) { return boot.param.mode; });

TEST_P(MasterBoot, ThatFailsEndsWithStatusOneAndTheReason) {
  TestMaster master(
      [](Config config) {
        config.services["alpha"] = test_service("alpha", GetParam().mode, 2);
        if (GetParam().mode == "hang")
          config.services["alpha"].boot_timeout = std::chrono::milliseconds(300);
        return Result<Config>(std::move(config));
      },
      true);
  const std::string line = master.ready_line();
  EXPECT_TRUE(line.starts_with("error alpha worker ")) << line;
  EXPECT_NE(line.find(GetParam().told), line.npos) << line;
  EXPECT_EQ(master.wait(), 1);
  EXPECT_FALSE(std::filesystem::exists(master.dir().file("run/test")));
}

TEST(Master, GoesOnWithTheServicesThatCameUpWhenNobodyWaits) {
  TestMaster master([](Config config) {
    config.services["alpha"] = test_service("alpha", "serve", 1);
    config.services["beta"] = test_service("beta", "exit", 1);
    return Result<Config>(std::move(config));
  });
  ASSERT_TRUE(master.wait_state(1, "crash-loop")) << master.status();
  ASSERT_TRUE(master.wait_state(0, "ready")) << master.status();
  EXPECT_NE(ask(master.port(0)), "");
  EXPECT_NE(json_text(master.status(), "/services/1/last_death")->find("exit status 3"),
            std::string::npos);
}

TEST(Master, ReplacesAKilledWorkerAtOnce) {
  TestMaster master([](Config config) { return one_service(std::move(config)); });
  ASSERT_TRUE(master.wait_ready());
  const auto before = master.pids(0);
  ::kill(before[0], SIGKILL);
  ASSERT_TRUE(eventually([&] {
    const auto now = master.pids(0);
    return now.size() == 2 && now[0] != before[0];
  }));
  EXPECT_EQ(master.pids(0)[1], before[1]);
  EXPECT_EQ(json_number(master.status(), "/services/0/restarts"), 1);
  EXPECT_TRUE(master.logged("died: SIGKILL"));
}

TEST(Master, TellsWhatACrashedWorkerWasServing) {
  TestMaster master([](Config config) { return one_service(std::move(config), "serve", 1); });
  ASSERT_TRUE(master.wait_ready());
  const pid_t pid = master.pids(0).at(0);
  EXPECT_EQ(ask(master.port(0), "crash\n"), "");
  EXPECT_TRUE(master.logged(fmt::format(
      "alpha worker 0 (pid {}) died: SIGSEGV in POST /crash id=00000000000000a3 (loop)", pid)));
  EXPECT_TRUE(master.logged("crash_here")) << master.log();
  EXPECT_TRUE(master.logged("master_support.cc:"));
  ASSERT_TRUE(master.wait_ready());
  EXPECT_NE(ask(master.port(0)), "");
}

TEST(Master, ReplacesAStoppedWorker) {
  TestMaster master([](Config config) {
    config.services["alpha"] = test_service("alpha", "serve", 1);
    config.services["alpha"].heartbeat_interval = std::chrono::milliseconds(50);
    config.services["alpha"].heartbeat_timeout = std::chrono::milliseconds(600);
    return Result<Config>(std::move(config));
  });
  ASSERT_TRUE(master.wait_ready());
  const pid_t before = master.pids(0).at(0);
  ::kill(before, SIGSTOP);
  EXPECT_TRUE(eventually([&] {
    const auto now = master.pids(0);
    return now.size() == 1 && now[0] != before;
  }));
  EXPECT_TRUE(master.logged("no sign of life for heartbeat_timeout, 600ms"));
}

TEST(Master, EndsAHandlerThatHoldsTheLoopAndNamesIt) {
  TestMaster master([](Config config) {
    config.services["alpha"] = test_service("alpha", "serve", 1);
    config.services["alpha"].http.request_timeout = std::chrono::milliseconds(300);
    return Result<Config>(std::move(config));
  });
  ASSERT_TRUE(master.wait_ready());
  EXPECT_EQ(ask(master.port(0), "spin\n"), "");
  EXPECT_TRUE(master.logged(
      "died: SIGABRT, because a handler has held the loop for 300ms; in POST /crash id="))
      << master.log();
  EXPECT_TRUE(master.logged("obey"));
}

TEST(Master, LogsWhatAWorkerPrintsWithItsTag) {
  TestMaster master([](Config config) { return one_service(std::move(config), "serve", 1); });
  ASSERT_TRUE(master.wait_ready());
  ask(master.port(0), "print hello from the service\n");
  ASSERT_TRUE(master.logged("hello from the service"));
  const std::string log = master.log();
  const size_t at = log.find("hello from the service");
  EXPECT_NE(log.substr(log.rfind('\n', at) + 1).find("alpha/0"), std::string::npos) << log;
}

TEST(Master, ReopensItsLogAndHandsItToWorkers) {
  TestMaster master([](Config config) { return one_service(std::move(config), "serve", 1); });
  ASSERT_TRUE(master.wait_ready());
  std::filesystem::rename(master.dir().file("log"), master.dir().file("log.1"));
  master.signal(SIGUSR1);
  EXPECT_TRUE(master.logged("worker logs to the new target"));
}

TEST(Master, ASecondSigtermHurries) {
  TestMaster master([](Config config) {
    config.services["alpha"] = test_service("alpha", "serve", 1);
    config.services["alpha"].graceful_timeout = std::chrono::milliseconds(60'000);
    return Result<Config>(std::move(config));
  });
  ASSERT_TRUE(master.wait_ready());
  const pid_t pid = master.pids(0).at(0);
  ::kill(pid, SIGSTOP);  // Drains never.
  master.signal(SIGTERM);
  ASSERT_TRUE(master.logged("draining"));
  const auto began = std::chrono::steady_clock::now();
  master.signal(SIGTERM);
  EXPECT_EQ(master.wait(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_FALSE(alive(pid));
}

TEST(Master, TellsProgressWhileItDrains) {
  TestMaster master([](Config config) { return one_service(std::move(config), "serve", 1); });
  ASSERT_TRUE(master.wait_ready());
  std::vector<std::string> progress;
  const auto answer = master.call("stop", {}, &progress);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->exit_status, 0);
  ASSERT_FALSE(progress.empty());
  EXPECT_TRUE(progress[0].starts_with("draining: 0 requests in flight, 1 worker left, cut off in "))
      << progress[0];
  // Whoever hears of the end may start another at once.
  EXPECT_FALSE(std::filesystem::exists(master.dir().file("run/test/pid")));
  EXPECT_FALSE(std::filesystem::exists(master.dir().file("run/test/control")));
  EXPECT_EQ(master.wait(), 0);
}

TEST(Master, AnswersTheOtherCommands) {
  TestMaster master([](Config config) { return one_service(std::move(config)); });
  ASSERT_TRUE(master.wait_ready());
  const auto routes = master.call("routes", {"alpha"});
  ASSERT_TRUE(routes);
  EXPECT_EQ(json_text(routes->document, "/services/0/routes/1/pattern"), "/crash");
  EXPECT_EQ(json_text(routes->document, "/services/0/routes/1/method"), "POST");
  const auto wrong = master.call("routes", {"alhpa"});
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->exit_status, 1);
  EXPECT_NE(wrong->line.find("did you mean \"alpha\""), std::string::npos) << wrong->line;
  EXPECT_EQ(master.call("version")->line, SVC_VERSION);
  EXPECT_EQ(master.call("log_target")->line, master.dir().file("log"));
  EXPECT_TRUE(is_json(master.call("config")->document));
  EXPECT_EQ(master.call("reopen")->exit_status, 0);
  EXPECT_EQ(master.call("stop", {"later"})->exit_status, 1);
}

TEST(Master, BlamesNobodyAfterEverythingStoodStill) {
  TestMaster master([](Config config) {
    config.services["alpha"] = test_service("alpha", "serve", 2);
    config.services["alpha"].heartbeat_interval = std::chrono::milliseconds(50);
    config.services["alpha"].heartbeat_timeout = std::chrono::milliseconds(500);
    return Result<Config>(std::move(config));
  });
  ASSERT_TRUE(master.wait_ready());
  const auto before = master.pids(0);
  master.signal(SIGSTOP);
  for (const pid_t pid : before) ::kill(pid, SIGSTOP);
  // Longer than heartbeat_timeout, by the kernel's clock.
  const auto all_stopped = [&] {
    return std::ranges::all_of(before, [](pid_t pid) { return state_of_process(pid) == 'T'; });
  };
  ASSERT_TRUE(eventually(all_stopped));
  EXPECT_TRUE(throughout(all_stopped, 1500ms));
  master.signal(SIGCONT);
  EXPECT_TRUE(master.logged("the master stood still"));
  for (const pid_t pid : before) ::kill(pid, SIGCONT);
  EXPECT_TRUE(throughout([&] { return master.pids(0) == before; }, 1000ms));
}

TEST(Master, TriesAgainWhenAWorkerCanNotBeForked) {
  TestMaster master([](Config config) {
    // Two workers boot; the third fork is that of a replacement.
    static const bool once = (sys::fault::fail_nth(3, "fork"), true);
    static_cast<void>(once);
    return one_service(std::move(config));
  });
  ASSERT_TRUE(master.wait_ready());
  ::kill(master.pids(0).at(0), SIGKILL);
  EXPECT_TRUE(master.logged("alpha worker 0 can't be started: fork: "));
  EXPECT_TRUE(master.wait_ready());
  EXPECT_EQ(master.pids(0).size(), 2U);
}

TEST(Master, DrainsItsWorkersOnSigwinchAndGetsNewOnesByAReload) {
  TestMaster master([](Config config) {
    ::setsid();  // No controlling terminal: else resizing a window would do this.
    const std::string module =
        std::filesystem::path(config.master.runtime_dir).parent_path() / "alpha.so";
    if (!std::filesystem::exists(module + ".away")) std::ofstream(module) << "not looked at";
    auto made = one_service(std::move(config));
    made->services["alpha"].module_path = module;
    return made;
  });
  ASSERT_TRUE(master.wait_ready());
  const uint16_t port = master.port(0);
  master.signal(SIGWINCH);
  ASSERT_TRUE(eventually([&] { return json_size(master.status(), "/services/0/workers") == 0; }));
  EXPECT_EQ(json_raw(master.status(), "/services/0/drained"), "true");
  const std::string module = master.dir().file("alpha.so");
  std::filesystem::rename(module, module + ".away");
  EXPECT_EQ(master.call("reload")->exit_status, 1);
  EXPECT_EQ(json_text(master.status(), "/services/0/name"), "alpha") << "it still has the service";
  std::filesystem::rename(module + ".away", module);
  EXPECT_EQ(master.call("reload")->exit_status, 0);
  EXPECT_EQ(json_number(master.status(), "/services/0/generation"), 3);
  ASSERT_TRUE(master.wait_ready());
  EXPECT_EQ(json_raw(master.status(), "/services/0/drained"), "false");
  EXPECT_EQ(master.port(0), port);
  EXPECT_NE(ask(port), "");
}

TEST(Master, RefusesAStartWhileAnotherOfTheNameLives) {
  TempDir dir;
  const auto config = [&] {
    Config made;
    made.master.name = "twin";
    made.master.runtime_dir = dir.file("run");
    made.services["alpha"] = test_service("alpha", "serve", 1);
    return made;
  };
  auto first = Master::create({config(), {}, test_worker, -1});
  ASSERT_TRUE(first) << first.error().text;
  auto second = Master::create({config(), {}, test_worker, -1});
  ASSERT_FALSE(second);
  EXPECT_EQ(
      second.error().text,
      fmt::format("twin is already running (pid {}): see svcctl status, or set [master] name to "
                  "a name of its own",
                  ::getpid()));
}

}  // namespace
}  // namespace svc::testing
