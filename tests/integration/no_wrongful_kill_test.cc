// Nobody is killed for what is not its fault: a clock that jumps, a machine that stood still or has
// too much to do, a disk that is full.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kWatchful =
    "heartbeat_interval = \"100ms\"\nheartbeat_timeout = \"1s\"\n";

void expect_nobody_was_killed(const Svcd& svcd, const std::vector<pid_t>& workers) {
  EXPECT_EQ(svcd.workers("one"), workers);
  EXPECT_EQ(svcd.status("/services/0/restarts"), "0");
  for (const char* word : {"SIGABRT", "SIGKILL"})
    EXPECT_EQ(svcd.log().find(word), std::string::npos);
}

// "2026-11-21T19", "2026-11-21T21": of all lines.
std::set<std::string> hours_in(const std::string& log) {
  std::set<std::string> hours;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) hours.insert(line.substr(0, 13));
  return hours;
}

TEST(NoWrongfulKill, TheWholeGroupStoodStill) {
  Svcd svcd(chaos_service("one", 2, kWatchful));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto workers = svcd.workers("one");
  for (int i = 0; i < 3; ++i) {
    ::kill(-svcd.pid(), SIGSTOP);
    // Longer than heartbeat_timeout, as a suspended laptop or a frozen container.
    EXPECT_TRUE(throughout([&] { return process_exists(svcd.pid()); }, 2s));
    ::kill(-svcd.pid(), SIGCONT);
    EXPECT_TRUE(throughout([&] { return svcd.workers("one") == workers; }, 1500ms));
  }
  EXPECT_TRUE(svcd.log_has("the master stood still"));
  expect_nobody_was_killed(svcd, workers);
  EXPECT_TRUE(svcd.stop());
}

TEST(NoWrongfulKill, TheClockOnTheWallJumpsByAnHour) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's library wants to be the first that is loaded";
#endif
  Svcd svcd(chaos_service("one", 2, kWatchful));
  ProcessOptions options;
  options.environment = {"LD_PRELOAD=" + library("wrong_clock")};
  ASSERT_TRUE(svcd.start(options)) << svcd.ready_text();
  const auto workers = svcd.workers("one");
  EXPECT_TRUE(throughout([&] { return svcd.workers("one") == workers; }, 3s));
  EXPECT_EQ(fetch(svcd.address("one"), "/sleep/700")->status, 200);
  expect_nobody_was_killed(svcd, workers);
  EXPECT_TRUE(eventually([&] {
    fetch(svcd.address("one"), "/throw");  // Which is logged, with the time.
    return hours_in(svcd.log()).size() > 1;
  })) << "the clock does not jump";
  EXPECT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_TRUE(svcd.stop());
}

TEST(NoWrongfulKill, TheMachineHasTenTimesTooMuchToDo) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto workers = svcd.workers("one");
  std::vector<Process> busy;
  for (int i = 0; i < 20; ++i) busy.push_back(Process::start({"sh", "-c", "while :; do :; done"}));
  EXPECT_TRUE(throughout(
      [&] {
        const auto answer = fetch(svcd.address("one"), "/pid");
        return answer && answer->status == 200;
      },
      4s));
  busy.clear();
  expect_nobody_was_killed(svcd, workers);
  EXPECT_TRUE(svcd.stop());
}

// Where an unprivileged server keeps its files by default: log, control socket, pid file.
TEST(NoWrongfulKill, TmpIsFull) {
  Svcd svcd("");
  const std::string small = svcd.dir().file("small");
  std::filesystem::create_directory(small);
  const std::string mount = fmt::format("mount -t tmpfs -o size=256k,mode=1777 none {}", small);
  if (run({"unshare", "--mount", "sh", "-c", mount}).exit_code != 0)
    GTEST_SKIP() << "a file system of its own needs more privileges";
  svcd.write_config(
      fmt::format("[master]\nname = \"test\"\nruntime_dir = \"{0}/run\"\n"
                  "[log]\nlevel = \"debug\"\ntarget = \"{0}/log\"\n{1}",
                  small, chaos_service("one", 2, kWatchful)));
  svcd.use_own_mounts(mount);
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto workers = svcd.workers("one");
  ASSERT_EQ(workers.size(), 2u);
  const std::string inside = fmt::format("/proc/{}/root{}", svcd.pid(), small);
  std::ofstream(inside + "/filler") << std::string(1 << 20, 'x');
  ASSERT_EQ(std::filesystem::space(inside).available, 0u);
  EXPECT_TRUE(throughout([&] { return svcd.workers("one") == workers; }, 2s));
  EXPECT_EQ(svcd.status("/services/0/restarts"), "0");
  const std::string address = svcd.address("one");
  EXPECT_EQ(fetch(address, "/throw")->status, 500) << "it has something to log";
  ::kill(workers[0], SIGKILL);
  EXPECT_TRUE(eventually([&] {
    const auto now = svcd.workers("one");
    return now.size() == 2 && now != workers;
  }));
  EXPECT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_TRUE(svcd.wait_ready("one", 2));
  EXPECT_EQ(json_number(fetch(address, "/pid")->body, "/generation"), 2);
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
