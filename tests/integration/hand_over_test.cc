// A keep-alive connection outlives the worker that answered on it: it is the same connection
// afterwards, with what the client had sent of its next request.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kPid = "GET /pid HTTP/1.1\r\nHost: x\r\n\r\n";

int64_t generation_of(const std::optional<Answer>& answer) {
  return answer ? json_number(answer->body, "/generation").value_or(-1) : -1;
}

pid_t pid_of(const std::optional<Answer>& answer) {
  return answer ? static_cast<pid_t>(json_number(answer->body, "/pid").value_or(-1)) : -1;
}

void expect_gone(const std::vector<pid_t>& pids) {
  for (const pid_t pid : pids) EXPECT_TRUE(eventually([&] { return !process_exists(pid); })) << pid;
}

struct Kind {
  const char* name;
  const char* settings;
};

class HandOver : public ::testing::TestWithParam<Kind> {};

TEST_P(HandOver, IdleConnectionsSurviveReloads) {
  Svcd svcd(chaos_service("one", 2, GetParam().settings));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  std::vector<HttpClient> idle, halfway;
  for (int i = 0; i < 20; ++i) {
    idle.emplace_back(svcd.address("one"));
    ASSERT_EQ(generation_of(idle.back().get("/pid")), 1);
    halfway.emplace_back(svcd.address("one"));
    ASSERT_EQ(generation_of(halfway.back().get("/pid")), 1);
  }
  for (int64_t generation = 2; generation <= 4; ++generation) {
    for (HttpClient& client : halfway) ASSERT_TRUE(client.send(kPid.substr(0, 17)));
    const std::vector<pid_t> before = svcd.workers("one");
    ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
    expect_gone(before);
    for (HttpClient& client : idle) EXPECT_EQ(generation_of(client.get("/pid")), generation);
    for (HttpClient& client : halfway) {
      ASSERT_TRUE(client.send(kPid.substr(17)));
      EXPECT_EQ(generation_of(client.read_answer()), generation);
    }
  }
  idle.clear();  // A stop would wait for them.
  halfway.clear();
  EXPECT_TRUE(svcd.stop());
}

INSTANTIATE_TEST_SUITE_P(Sockets, HandOver,
                         ::testing::Values(Kind{"Reuseport", ""},
                                           Kind{"Shared", "reuseport = \"off\"\n"}),
                         [](const auto& row) { return row.param.name; });

TEST(HandOverUnix, IdleConnectionsSurviveAReload) {
  Svcd svcd("");
  svcd.configure(
      fmt::format("[service.one]\nmodule = \"{}\"\nworkers = 2\nlisten = [\"unix:{}\"]\n",
                  module_path("chaos"), svcd.dir().file("one.sock")));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  HttpClient client(svcd.address("one"));
  ASSERT_EQ(generation_of(client.get("/pid")), 1);
  const std::vector<pid_t> before = svcd.workers("one");
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  expect_gone(before);
  EXPECT_EQ(generation_of(client.get("/pid")), 2);
  client.close();
  EXPECT_TRUE(svcd.stop());
}

TEST(HandOverScale, IdleConnectionsSurviveTheLossOfTheirWorker) {
  Svcd svcd(chaos_service("one", 3));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  std::vector<HttpClient> clients;
  for (int i = 0; i < 24; ++i) {
    clients.emplace_back(svcd.address("one"));
    ASSERT_GT(pid_of(clients.back().get("/pid")), 0);
  }
  for (size_t left : {2u, 1u}) {
    svcd.process().signal(SIGTTOU);
    ASSERT_TRUE(svcd.wait_ready("one", left));
    const std::vector<pid_t> stay = svcd.workers("one");
    for (HttpClient& client : clients) {
      const pid_t pid = pid_of(client.get("/pid"));
      EXPECT_NE(std::find(stay.begin(), stay.end(), pid), stay.end()) << pid;
    }
  }
  clients.clear();
  EXPECT_TRUE(svcd.stop());
}

// What the pipeline holds behind a request in flight is answered too, on the same connection.
TEST(HandOverPipeline, RequestsBehindOneInFlightAreAnsweredByTheNextGeneration) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  HttpClient client(svcd.address("one"));
  ASSERT_TRUE(client.send("GET /sleep/700 HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(kPid) +
                          std::string(kPid)));
  ASSERT_TRUE(eventually([&] { return svcd.status("/services/0/workers/0/in_flight") == "1"; }));
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  const auto slept = client.read_answer();
  ASSERT_TRUE(slept);
  EXPECT_EQ(slept->status, 200);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(generation_of(client.read_answer()), 2);
  client.close();
  EXPECT_TRUE(svcd.stop());
}

// Nobody is there to take it: it ends, and not before its client has been told so.
TEST(HandOverStop, LeavesNoConnectionBehindInThePair) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  std::vector<HttpClient> clients;
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back(svcd.address("one"));
    ASSERT_TRUE(clients.back().get("/pid"));
  }
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  svcd.process().signal(SIGTERM);  // While connections may be on their way.
  for (HttpClient& client : clients) {
    EXPECT_TRUE(client.closed_by_server());
    EXPECT_FALSE(client.was_reset());
  }
  EXPECT_EQ(svcd.process().exit_code(), 0);
}

}  // namespace
}  // namespace svc::testing
