// HTTP over real sockets: pipelining, half-closed, slow and impolite clients, every limit.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kTight =
    "[service.one.http]\nheader_timeout = \"1s\"\nbody_timeout = \"1s\"\nsend_timeout = \"1s\"\n"
    "keepalive_timeout = \"1s\"\nrequest_timeout = \"2s\"\nkeepalive_requests = 5\n"
    "request_line_max = \"1KiB\"\nheader_field_max = \"1KiB\"\nheaders_max = \"4KiB\"\n"
    "header_count_max = 20\nbody_max = \"64KiB\"\n";

std::string demo(std::string_view extra = {}) {
  return fmt::format(
      "[service.one]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\nworkers = 1\n{}\n",
      module_path("demo"), extra);
}

class Connections : public ::testing::Test {
 protected:
  void serve(std::string_view toml) {
    svcd_.emplace(toml);
    ASSERT_TRUE(svcd_->start()) << svcd_->ready_text();
    address_ = svcd_->address("one");
  }
  int status_of(std::string_view bytes) {
    HttpClient client(address_);
    client.send(bytes);
    const auto answer = client.read_answer();
    return answer ? answer->status : 0;
  }
  std::optional<Svcd> svcd_;
  std::string address_;
};

TEST_F(Connections, PipelinedRequestsAreAnsweredInOrder) {
  serve(demo());
  HttpClient client(address_);
  std::string requests;
  for (int i = 0; i < 200; ++i)
    requests += fmt::format("GET /echo?n={} HTTP/1.1\r\nHost: test\r\n\r\n", i);
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 200; ++i) {
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << i;
    EXPECT_EQ(answer->body, fmt::format(R"({{"echo":{{"n":["{}"]}}}})", i));
  }
}

TEST_F(Connections, HalfClosedClientGetsItsAnswer) {
  serve(chaos_service("one", 1));
  HttpClient client(address_);
  ASSERT_TRUE(client.send("GET /sleep/300 HTTP/1.1\r\nHost: test\r\n\r\n"));
  client.half_close();
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(Connections, EveryLimitHasItsStatus) {
  serve(demo(kTight));
  const std::string host = "Host: test\r\n";
  EXPECT_EQ(status_of("GET /" + std::string(2000, 'a') + " HTTP/1.1\r\n" + host + "\r\n"), 414);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + host + "X: " + std::string(2000, 'a') + "\r\n\r\n"),
            431);
  std::string many = "GET / HTTP/1.1\r\n" + host;
  for (int i = 0; i < 30; ++i) many += fmt::format("X-{}: 1\r\n", i);
  EXPECT_EQ(status_of(many + "\r\n"), 431);
  std::string large = "GET / HTTP/1.1\r\n" + host;
  for (int i = 0; i < 10; ++i) large += fmt::format("X-{}: {}\r\n", i, std::string(900, 'a'));
  EXPECT_EQ(status_of(large + "\r\n"), 431);
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\n" + host + "Content-Length: 70000\r\n\r\n"), 413);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + host + "Expect: a-miracle\r\n\r\n"), 417);
  EXPECT_EQ(status_of("BREW / HTTP/1.1\r\n" + host + "\r\n"), 501);
  EXPECT_EQ(status_of("CONNECT test:80 HTTP/1.1\r\n" + host + "\r\n"), 501);
  EXPECT_EQ(status_of("TRACE / HTTP/1.1\r\n" + host + "\r\n"), 405);
  EXPECT_EQ(status_of("GET / HTTP/3.0\r\n" + host + "\r\n"), 505);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET /none HTTP/1.1\r\n" + host + "\r\n"), 404);
  EXPECT_EQ(status_of("DELETE / HTTP/1.1\r\n" + host + "\r\n"), 405);
  EXPECT_EQ(
      status_of("GET / HTTP/1.1\r\n" + host + "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n"),
      200);
}

TEST_F(Connections, SlowHeadersAndBodiesEndWith408) {
  serve(demo(kTight));
  HttpClient head(address_);
  ASSERT_TRUE(head.send("GET / HTTP/1.1\r\nHost: te"));
  HttpClient body(address_);
  ASSERT_TRUE(body.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nabc"));
  for (HttpClient* client : {&head, &body}) {
    const auto answer = client->read_answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 408);
    EXPECT_TRUE(client->closed_by_server());
  }
}

TEST_F(Connections, IdleConnectionIsClosedSilently) {
  serve(demo(kTight));
  HttpClient client(address_);
  ASSERT_TRUE(client.get("/"));
  EXPECT_EQ(client.read_raw(kDeadline), "");
  EXPECT_FALSE(client.was_reset());
}

TEST_F(Connections, LastRequestOfAConnectionIsToldSo) {
  serve(demo(kTight));
  HttpClient client(address_);
  for (int i = 1; i <= 5; ++i) {
    const auto answer = client.get("/");
    ASSERT_TRUE(answer) << i;
    EXPECT_EQ(answer->header("Connection"), i < 5 ? "" : "close") << i;
  }
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(Connections, ClientThatNeverReadsIsCut) {
  serve(demo(kTight));
  HttpClient client(address_);
  ASSERT_TRUE(client.send("GET /stream/100000000 HTTP/1.1\r\nHost: test\r\n\r\n"));
  EXPECT_TRUE(eventually([&] { return svcd_->status("/services/0/workers/0/in_flight") == "0"; }));
}

TEST_F(Connections, LargeRefusedUploadStillReadsItsAnswer) {
  serve(demo(kTight));
  for (int i = 0; i < 10; ++i) {
    HttpClient client(address_);
    client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n");
    client.send(std::string(1'000'000, 'x'));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << i;
    EXPECT_EQ(answer->status, 413);
    EXPECT_TRUE(answer->complete);
  }
}

TEST_F(Connections, ContinueIsSentOnlyWhenTheBodyIsWanted) {
  serve(demo(kTight));
  HttpClient wanted(address_);
  ASSERT_TRUE(wanted.send(
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(wanted.read_raw(500ms), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(wanted.send("ok"));
  EXPECT_EQ(wanted.read_answer()->body, "ok");
  HttpClient unwanted(address_);
  ASSERT_TRUE(unwanted.send(
      "POST /none HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(unwanted.read_answer()->status, 404);
  EXPECT_EQ(unwanted.interim(), 0);
}

TEST_F(Connections, HandlerPastItsDeadlineIsCancelledAndTheWorkerLivesOn) {
  serve(chaos_service("one", 1, kTight));
  const auto workers = svcd_->workers("one");
  const auto answer = fetch(address_, "/sleep/20000");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(svcd_->workers("one"), workers);
}

TEST_F(Connections, Http10IsServedByItsOwnRules) {
  serve(demo());
  HttpClient closing(address_);
  ASSERT_TRUE(closing.send("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(closing.read_answer()->status, 200);
  EXPECT_TRUE(closing.closed_by_server());
  HttpClient keeping(address_);
  ASSERT_TRUE(keeping.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_EQ(keeping.read_answer()->header("Connection"), "keep-alive");
  ASSERT_TRUE(keeping.send("GET /stream/2 HTTP/1.0\r\n\r\n"));
  const auto streamed = keeping.read_answer();
  ASSERT_TRUE(streamed);
  EXPECT_FALSE(streamed->chunked);
  EXPECT_TRUE(streamed->complete);
}

}  // namespace
}  // namespace svc::testing
