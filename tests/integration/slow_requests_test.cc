// A request that takes too long is told in the log, with the names of the functions that it is in.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/support/http_client.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kImpatient = "slow_request = \"200ms\"\nthreads = 2\n";

// Asks and doesn't wait for the answer.
HttpClient ask(const Svcd& svcd, std::string_view path) {
  HttpClient client(svcd.address("one"));
  EXPECT_TRUE(client.send(
      fmt::format("GET {} HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine{}\r\nConnection: close\r\n\r\n",
                  path, path.substr(1, 2))));
  return client;
}

TEST(SlowRequests, AreToldWithTheHandlerThatWaits) {
  Svcd svcd(chaos_service("one", 1, kImpatient));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  HttpClient client = ask(svcd, "/sleep/1500");
  EXPECT_TRUE(svcd.log_has("GET /sleep/{ms} goes on after ")) << svcd.log();
  EXPECT_TRUE(svcd.log_has("(request minesl, id=")) << svcd.log();
  EXPECT_TRUE(svcd.log_has("is slow, and was here (fiber):")) << svcd.log();
  EXPECT_TRUE(svcd.log_has("doze")) << svcd.log();
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer) << "it goes on as if nobody had looked";
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(svcd.stop());
}

TEST(SlowRequests, AreToldWithTheThreadThatWorksForThem) {
  Svcd svcd(chaos_service("one", 1, kImpatient));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  HttpClient client = ask(svcd, "/block/1500");
  EXPECT_TRUE(svcd.log_has("is slow, and was here (pool 0):")) << svcd.log();
  EXPECT_TRUE(svcd.log_has("is slow, and was here (fiber):")) << svcd.log();
  EXPECT_TRUE(svcd.log_has("nanosleep")) << svcd.log();
  EXPECT_TRUE(svcd.log_has("block")) << svcd.log();
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(svcd.stop());
}

TEST(SlowRequests, AreToldWhenTheyKeepTheLoopFromTurning) {
  Svcd svcd(chaos_service("one", 1, kImpatient));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  HttpClient client = ask(svcd, "/spin/2500");
  EXPECT_TRUE(svcd.log_has("is slow, and was here (loop):")) << svcd.log();
  EXPECT_TRUE(svcd.log_has("spin")) << svcd.log();
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(svcd.status("/services/0/restarts"), "0");
  EXPECT_TRUE(svcd.stop());
}

TEST(SlowRequests, AreToldBeforeTheirDeadlineEndsThem) {
  Svcd svcd(chaos_service("one", 1, "slow_request = 0\nhttp.request_timeout = \"400ms\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  HttpClient client = ask(svcd, "/sleep/20000");
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_TRUE(svcd.log_has("GET /sleep/{ms} comes to its deadline after ")) << svcd.log();
  EXPECT_TRUE(svcd.log_has("doze")) << svcd.log();
  EXPECT_EQ(svcd.log().find("goes on after"), std::string::npos) << svcd.log();
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
