// Server-sent events, from outside: they go on, come back where they were, and end with their
// worker.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/http_client.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kAsk = "GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n";

class ServerSentEvents : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(svcd_.start()) << svcd_.ready_text();
    address_ = svcd_.address("binding");
  }
  HttpClient ask(std::string_view path, std::string_view headers = {}) const {
    HttpClient client(address_);
    EXPECT_TRUE(client.send(fmt::format(fmt::runtime(kAsk), path, headers)));
    return client;
  }
  int64_t in_flight() const {
    const std::string count = svcd_.status("/services/0/workers/0/in_flight");
    return count.empty() ? -1 : std::stoll(count);
  }

  TempDir dir_;
  Svcd svcd_{
      fmt::format("[service.binding]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\n"
                  "workers = 1\n[service.binding.http]\nrequest_timeout = \"500ms\"\n"
                  "[service.binding.options]\ndirectory = \"{}\"\n",
                  module_path("binding"), dir_.path())};
  std::string address_;
};

TEST_F(ServerSentEvents, GoOnBeyondTheDeadlineOfRequests) {
  HttpClient client = ask("/events?every_ms=50");
  const std::string text = client.read_raw(1500ms);
  EXPECT_NE(text.find("Content-Type: text/event-stream\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find("id: 0\ndata: generation 1\n\n"), std::string::npos) << text;
  EXPECT_NE(text.find("id: 12\n"), std::string::npos) << text;  // 600 ms, at least.
}

TEST_F(ServerSentEvents, ContinueWhereTheClientWas) {
  HttpClient client = ask("/events", "Last-Event-ID: 41\r\n");
  EXPECT_NE(client.read_raw(300ms).find("\nid: 42\ndata: generation 1\n\n"), std::string::npos);
}

TEST_F(ServerSentEvents, EndWithTheirWorkerAtOnceAndWhole) {
  HttpClient first = ask("/events?every_ms=60000");  // It waits when the reload comes.
  HttpClient second = ask("/quiet");
  std::thread reload([&] { EXPECT_EQ(svcd_.svcctl({"reload"}).exit_code, 0); });
  const auto begun = Clock::now();
  for (HttpClient* client : {&first, &second}) {
    const auto answer = client->read_answer();
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->complete);
    EXPECT_TRUE(answer->chunked);
  }
  EXPECT_LT(Clock::now() - begun, 15s);  // graceful_timeout is 25.
  reload.join();
  HttpClient again = ask("/events", "Last-Event-ID: 0\r\n");
  EXPECT_NE(again.read_raw(500ms).find("id: 1\ndata: generation 2\n\n"), std::string::npos);
}

TEST_F(ServerSentEvents, AStopDoesNotWaitForThem) {
  HttpClient client = ask("/events");
  ASSERT_FALSE(client.read_raw(100ms).empty());
  const auto begun = Clock::now();
  EXPECT_TRUE(svcd_.stop());
  EXPECT_LT(Clock::now() - begun, 15s);
}

TEST_F(ServerSentEvents, NoticeThatTheClientHasLeftWithoutAnEvent) {
  {
    HttpClient client = ask("/quiet");
    ASSERT_TRUE(eventually([&] { return in_flight() == 1; })) << svcd_.status();
  }
  EXPECT_TRUE(eventually([&] { return in_flight() == 0; })) << svcd_.status();
}

}  // namespace
}  // namespace svc::testing
