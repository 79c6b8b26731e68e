// A worker that is stopped or hung: long before it is killed nobody waits for it any more.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "tests/support/http_client.h"
#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kRequest =
    "GET /pid HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
constexpr auto kTimeout = 6s;  // Of the heartbeat. Two beats are missed after half a second.

class SilentWorker : public ::testing::TestWithParam<const char*> {
 protected:
  SilentWorker()
      : svcd_(chaos_service("one", 3,
                            fmt::format("heartbeat_interval = \"200ms\"\n"
                                        "heartbeat_timeout = \"6s\"\nreuseport = \"{}\"\n",
                                        GetParam()))) {}
  void SetUp() override { ASSERT_TRUE(svcd_.start()) << svcd_.ready_text(); }
  void TearDown() override { EXPECT_TRUE(svcd_.stop()); }

  bool replaced(pid_t old) {
    return eventually([&] {
      const auto now = svcd_.workers("one");
      return now.size() == 3 && std::find(now.begin(), now.end(), old) == now.end();
    });
  }

  Svcd svcd_;
};

TEST_P(SilentWorker, IsPassedByAndItsQueueIsServedBySiblings) {
  const pid_t stopped = svcd_.workers("one")[0];
  const std::string address = svcd_.address("one");  // Asking takes its time, too.
  const auto began = Clock::now();
  ASSERT_EQ(::kill(stopped, SIGSTOP), 0);
  // Of these, some wait at the stopped one's socket.
  std::vector<HttpClient> clients;
  for (int i = 0; i < 30; ++i) {
    clients.emplace_back(address);
    ASSERT_TRUE(clients.back().send(kRequest));
  }
  for (HttpClient& client : clients) {
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
  }
  EXPECT_LT(Clock::now() - began, kTimeout - 1s) << "they waited until it was replaced";
  // From now on nobody waits at all.
  for (int i = 0; i < 100; ++i) {
    const auto asked = Clock::now();
    if (asked - began > kTimeout - 1s) break;  // A slow machine: it is about to be killed.
    const auto answer = fetch(address, "/pid");
    ASSERT_TRUE(answer);
    EXPECT_LT(Clock::now() - asked, 1s);
  }
  EXPECT_TRUE(replaced(stopped));
  EXPECT_TRUE(eventually([&] { return !process_exists(stopped); }));
}

TEST_P(SilentWorker, GetsConnectionsAgainWhenItComesBack) {
  const pid_t stopped = svcd_.workers("one")[1];
  ASSERT_EQ(::kill(stopped, SIGSTOP), 0);
  ASSERT_TRUE(svcd_.log_has("new connections pass by worker 1"));
  EXPECT_NE(svcd_.svcctl({"status"}).output.find("new connections pass by worker 1"),
            std::string::npos);
  ASSERT_EQ(::kill(stopped, SIGCONT), 0);
  ASSERT_TRUE(svcd_.log_has("every worker gets connections again"));
  EXPECT_TRUE(eventually([&] {
    const auto answer = fetch(svcd_.address("one"), "/pid");
    return answer && answer->body.find(std::to_string(stopped)) != std::string::npos;
  }));
}

// Its request runs into the limit; who comes meanwhile does not wait for that.
TEST_P(SilentWorker, MayAlsoBeOneWhoseHandlerSpins) {
  HttpClient victim(svcd_.address("one"));
  ASSERT_TRUE(victim.send("GET /spin/60000 HTTP/1.1\r\nHost: test\r\n\r\n"));
  ASSERT_TRUE(svcd_.log_has("new connections pass by worker"));
  Load load({.address = svcd_.address("one"), .clients = 4});
  ASSERT_TRUE(load.wait_for(200));
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << (load.failures().empty() ? "" : load.failures().front());
  EXPECT_LT(load.slowest(), 1s);
  EXPECT_TRUE(svcd_.log_has("a handler h"));  // "has held" or "holds", as the last beat fell.
  EXPECT_TRUE(svcd_.log_has("/spin/{ms}"));
  EXPECT_TRUE(svcd_.wait_ready("one", 3));
}

INSTANTIATE_TEST_SUITE_P(Sockets, SilentWorker, ::testing::Values("auto", "off"),
                         [](const auto& row) {
                           return std::string(row.param) == "auto" ? "Reuseport" : "Shared";
                         });

}  // namespace
}  // namespace svc::testing
