// Workers that have served long enough are replaced, and nobody notices.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

int64_t recycled(const Svcd& svcd) {
  return json_number(svcd.status(), "/services/0/recycled").value_or(-1);
}

std::string first_of(const Load& load) {
  return load.failures().empty() ? "" : load.failures().front();
}

struct Traffic {
  const char* name;
  bool keep_alive;
  const char* reuseport;
};

class Recycling : public ::testing::TestWithParam<Traffic> {};

TEST_P(Recycling, AfterSoManyRequestsLosesNoneAndKeepsTheNumberOfReadyWorkers) {
  const Traffic& traffic = GetParam();
  Svcd svcd(chaos_service(
      "one", 2, fmt::format("max_requests = 100\nreuseport = \"{}\"\n", traffic.reuseport)));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  Load load({.address = svcd.address("one"),
             .clients = 4,
             .keep_alive = traffic.keep_alive,
             .think = 1ms});
  size_t fewest = 2;
  ASSERT_TRUE(eventually([&] {
    fewest = std::min(fewest, svcd.workers("one").size());
    return recycled(svcd) >= 20;
  }));
  EXPECT_EQ(fewest, 2u);
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << first_of(load);
  EXPECT_EQ(json_number(svcd.status(), "/services/0/restarts"), 0);
  EXPECT_TRUE(svcd.log_has("answers (max_requests)"));
  EXPECT_TRUE(svcd.wait_ready("one", 2));
  EXPECT_TRUE(svcd.stop());
}

INSTANTIATE_TEST_SUITE_P(Traffic, Recycling,
                         ::testing::Values(Traffic{"Close", false, "auto"},
                                           Traffic{"KeepAlive", true, "auto"},
                                           Traffic{"KeepAliveShared", true, "off"}),
                         [](const auto& row) { return row.param.name; });

TEST(RecyclingByMemory, ReplacesAWorkerThatGrowsTooLarge) {
  Svcd svcd(chaos_service("one", 2, "memory_max = \"512MiB\"\nheartbeat_interval = \"100ms\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto before = svcd.workers("one");
  const auto leaked = fetch(svcd.address("one"), "/leak/640");
  ASSERT_TRUE(leaked);
  EXPECT_EQ(leaked->status, 200);
  EXPECT_TRUE(svcd.log_has("more than memory_max, 512MiB"));
  EXPECT_TRUE(eventually([&] {
    const auto now = svcd.workers("one");
    return now.size() == 2 && now != before;
  }));
  EXPECT_EQ(recycled(svcd), 1);
  EXPECT_TRUE(svcd.stop());
}

TEST(RecyclingBySignal, TermToAWorkerReplacesItFirst) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const pid_t old = svcd.workers("one")[0];
  Load load({.address = svcd.address("one"), .clients = 4, .keep_alive = true});
  ASSERT_TRUE(load.wait_for(20));
  ASSERT_EQ(::kill(old, SIGTERM), 0);
  EXPECT_TRUE(eventually([&] { return !process_exists(old); }));
  ASSERT_TRUE(load.wait_for(20));
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << first_of(load);
  EXPECT_TRUE(svcd.log_has("is replaced: it was sent SIGTERM"));
  EXPECT_TRUE(svcd.stop());
}

// The loop is well, so nothing else of the worker is lost; the thread can't be had back.
TEST(RecyclingByStuckThread, DrainsTheWorkerAndLosesNothingElse) {
  Svcd svcd(chaos_service("one", 1,
                          "heartbeat_interval = \"100ms\"\ngraceful_timeout = \"2s\"\n"
                          "[service.one.http]\nrequest_timeout = \"500ms\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const pid_t old = svcd.workers("one")[0];
  Load load({.address = svcd.address("one"), .clients = 2, .keep_alive = true, .think = 1ms});
  HttpClient idle(svcd.address("one"));
  ASSERT_TRUE(idle.get("/pid"));
  const auto stuck = fetch(svcd.address("one"), "/block/60000");
  ASSERT_TRUE(stuck);
  EXPECT_EQ(stuck->status, 503);
  EXPECT_TRUE(svcd.log_has("of its pool has been stuck"));
  EXPECT_TRUE(svcd.log_has("in GET /block/{ms}"));
  EXPECT_TRUE(eventually([&] { return !process_exists(old); }));
  const auto answer = idle.get("/pid");
  ASSERT_TRUE(answer) << "an idle connection was lost";
  EXPECT_EQ(answer->status, 200);
  idle.close();
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << first_of(load);
  EXPECT_TRUE(svcd.stop());
}

// A keep-alive connection that idles through its worker's end is the same connection afterwards.
TEST(RecyclingConnections, SurviveOnTheSameConnection) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  std::vector<HttpClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(svcd.address("one"));
    ASSERT_TRUE(clients.back().get("/pid"));
  }
  const pid_t old = svcd.workers("one")[0];
  ASSERT_EQ(::kill(old, SIGTERM), 0);
  EXPECT_TRUE(eventually([&] { return !process_exists(old); }));
  for (HttpClient& client : clients) {
    const auto answer = client.get("/pid");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
  }
  clients.clear();
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
