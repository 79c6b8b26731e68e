// A server that is started says where it listens, answers there, and leaves nothing behind.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

TEST(StartAndStop, ReadyMeansThatEveryServiceAnswers) {
  Svcd svcd(chaos_service("one", 1) + chaos_service("two", 2));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  for (const auto* name : {"one", "two"}) {
    const auto answer = fetch(svcd.address(name), "/pid");
    ASSERT_TRUE(answer) << name;
    EXPECT_EQ(answer->status, 200);
  }
  EXPECT_TRUE(svcd.stop());
}

TEST(StartAndStop, StatusTellsTheWholeShape) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start());
  const std::string status = svcd.status();
  EXPECT_EQ(json_text(status, "/name"), "test");
  EXPECT_EQ(json_number(status, "/pid"), svcd.pid());
  EXPECT_EQ(json_number(status, "/generation"), 1);
  EXPECT_EQ(json_text(status, "/services/0/name"), "one");
  EXPECT_EQ(json_text(status, "/services/0/state"), "ready");
  EXPECT_EQ(json_number(status, "/services/0/generation"), 1);
  EXPECT_EQ(json_size(status, "/services/0/listen"), 1u);
  ASSERT_EQ(json_size(status, "/services/0/workers"), 2u);
  for (int i = 0; i < 2; ++i) {
    const std::string worker = "/services/0/workers/" + std::to_string(i);
    EXPECT_EQ(json_number(status, worker + "/index"), i);
    EXPECT_EQ(json_text(status, worker + "/state"), "ready");
    EXPECT_EQ(json_number(status, worker + "/generation"), 1);
    EXPECT_TRUE(process_exists(static_cast<pid_t>(*json_number(status, worker + "/pid"))));
  }
  EXPECT_EQ(svcd.svcctl({"status"}).exit_code, 0);
}

TEST(StartAndStop, TermEndsEveryProcessAndRemovesEveryFile) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start());
  const auto workers = svcd.workers("one");
  ASSERT_EQ(workers.size(), 2u);
  const std::string address = svcd.address("one");
  EXPECT_TRUE(svcd.stop());
  for (const pid_t pid : workers) EXPECT_FALSE(process_exists(pid));
  EXPECT_FALSE(HttpClient(address).connected());
  EXPECT_EQ(svcd.svcctl({"status"}).exit_code, 3);
  // The directory itself may stay; sockets, pid files and pointers may not.
  for (const auto& entry : std::filesystem::recursive_directory_iterator(svcd.dir().file("run")))
    EXPECT_TRUE(entry.is_directory()) << entry.path();
}

TEST(StartAndStop, SecondTermDoesNotWaitForARequest) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  HttpClient client(svcd.address("one"));
  ASSERT_TRUE(client.send("GET /sleep/20000 HTTP/1.1\r\nHost: test\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return svcd.status("/services/0/workers/0/in_flight") == "1"; }));
  svcd.process().signal(SIGTERM);
  ASSERT_TRUE(svcd.log_has("drain"));
  const auto began = Clock::now();
  svcd.process().signal(SIGTERM);
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer) << "it is cancelled, and told so";
  EXPECT_EQ(answer->status, 503);
  EXPECT_TRUE(svcd.process().wait());
  EXPECT_LT(Clock::now() - began, 3s);
}

TEST(StartAndStop, TermLetsRequestsInFlightFinish) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  HttpClient client(svcd.address("one"));
  ASSERT_TRUE(client.send("GET /sleep/700 HTTP/1.1\r\nHost: test\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return svcd.status("/services/0/workers/0/in_flight") == "1"; }));
  svcd.process().signal(SIGTERM);
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(answer->complete);
  EXPECT_EQ(answer->header("Connection"), "close");
  EXPECT_EQ(svcd.process().exit_code(), 0);
}

}  // namespace
}  // namespace svc::testing
