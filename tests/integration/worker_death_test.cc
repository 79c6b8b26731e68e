// Whatever ends a worker: the master notices, says why, and puts another in its place.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kWatchful =
    "heartbeat_interval = \"100ms\"\nheartbeat_timeout = \"1s\"\n";

bool replaced(const Svcd& svcd, pid_t old) {
  return eventually([&] {
    const auto now = svcd.workers("one");
    return !now.empty() && std::find(now.begin(), now.end(), old) == now.end();
  });
}

TEST(WorkerDeath, KilledWorkerIsReplacedAndOthersServeOn) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start());
  const auto workers = svcd.workers("one");
  ASSERT_EQ(workers.size(), 2u);
  ::kill(workers[0], SIGKILL);
  EXPECT_TRUE(replaced(svcd, workers[0]));
  EXPECT_TRUE(svcd.wait_ready("one", 2));
  EXPECT_TRUE(svcd.log_has("SIGKILL"));
  EXPECT_EQ(fetch(svcd.address("one"), "/pid")->status, 200);
  EXPECT_TRUE(svcd.stop());
}

TEST(WorkerDeath, StoppedWorkerIsReplacedWithinItsHeartbeatTimeout) {
  Svcd svcd(chaos_service("one", 2, kWatchful));
  ASSERT_TRUE(svcd.start());
  const auto workers = svcd.workers("one");
  ::kill(workers[0], SIGSTOP);
  EXPECT_TRUE(replaced(svcd, workers[0]));
  EXPECT_TRUE(eventually([&] { return !process_exists(workers[0]); }));
  EXPECT_TRUE(svcd.stop());
}

TEST(WorkerDeath, SpinningHandlerIsCaughtWithRouteAndBacktrace) {
  Svcd svcd(chaos_service("one", 1, kWatchful));
  ASSERT_TRUE(svcd.start());
  const auto workers = svcd.workers("one");
  HttpClient client(svcd.address("one"));
  ASSERT_TRUE(client.send("GET /spin/60000 HTTP/1.1\r\nHost: test\r\n\r\n"));
  EXPECT_TRUE(replaced(svcd, workers[0]));
  EXPECT_TRUE(svcd.log_has("/spin/{ms}"));
  EXPECT_TRUE(svcd.log_has("#0"));
  EXPECT_TRUE(svcd.stop());
}

class WorkerCrash : public ::testing::TestWithParam<const char*> {};

TEST_P(WorkerCrash, LeavesLastWordsWithSignalRouteAndBacktrace) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  const auto workers = svcd.workers("one");
  HttpClient client(svcd.address("one"));
  ASSERT_TRUE(client.send(fmt::format("GET /crash/{} HTTP/1.1\r\nHost: test\r\n\r\n", GetParam())));
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_TRUE(replaced(svcd, workers[0]));
  EXPECT_TRUE(svcd.log_has(GetParam())) << GetParam();
  EXPECT_TRUE(svcd.log_has("GET /crash/{signal}")) << GetParam();
  EXPECT_TRUE(svcd.log_has("#0")) << GetParam();
  EXPECT_EQ(fetch(svcd.address("one"), "/pid")->status, 200);
  EXPECT_TRUE(svcd.stop());
}
INSTANTIATE_TEST_SUITE_P(EachSignal, WorkerCrash,
                         ::testing::Values("SIGSEGV", "SIGABRT", "SIGFPE", "SIGBUS", "SIGILL"));

TEST(WorkerDeath, ExitInAHandlerIsToldAndReplaced) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  const auto workers = svcd.workers("one");
  HttpClient client(svcd.address("one"));
  ASSERT_TRUE(client.send("GET /exit/7 HTTP/1.1\r\nHost: test\r\n\r\n"));
  EXPECT_TRUE(replaced(svcd, workers[0]));
  EXPECT_TRUE(svcd.log_has("7"));
  EXPECT_TRUE(svcd.stop());
}

TEST(WorkerDeath, ThrownExceptionIsAnAnswerAndNotADeath) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  const auto workers = svcd.workers("one");
  const auto answer = fetch(svcd.address("one"), "/throw");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(svcd.workers("one"), workers);
  EXPECT_TRUE(svcd.stop());
}

TEST(WorkerDeath, KillsUnderLoadLoseOnlyWhatTheVictimsServed) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start());
  Load load({.address = svcd.address("one"), .target = "/pid", .clients = 4});
  constexpr int kKills = 8;
  for (int i = 0; i < kKills; ++i) {
    ASSERT_TRUE(load.wait_for(100));
    const auto workers = svcd.workers("one");
    if (workers.empty()) continue;
    ::kill(workers[static_cast<size_t>(i) % workers.size()], SIGKILL);
    ASSERT_TRUE(svcd.wait_ready("one", 2)) << svcd.status();
  }
  load.stop();
  // Each of four clients has one request open, so no kill can cost more than four.
  EXPECT_LE(load.failed(), 4u * kKills);
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
