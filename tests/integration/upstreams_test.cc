// Calls to another service that hangs, resets, trickles, lies, is down, comes back: each by rule,
// quickly, and without holding the worker or leaving anything behind.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/fake_upstream.h"
#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

using Peer = FakeUpstream::Peer;
using Asked = FakeUpstream::Request;

void say_price(Peer& peer, const Asked&) { peer.answer(200, R"({"amount":1.5})"); }

// `timeout` is what a busy machine may need and, of those that hang, what the test takes.
std::string caller_service(const FakeUpstream& upstream, std::string_view extra = {},
                           std::string_view timeout = "1500ms") {
  return fmt::format(R"([service.one]
module = "{}"
listen = ["127.0.0.1:0"]
workers = 1

[service.one.upstreams.prices]
urls = ["{}"]
timeout = "{}"
backoff_max = "25ms"
{}
)",
                     module_path("caller"), upstream.url(), timeout, extra);
}

int status_of(const std::optional<Answer>& answer) { return answer ? answer->status : 0; }

TEST(Upstreams, AreAnsweredByRule) {
  FakeUpstream upstream(say_price);
  Svcd svcd(caller_service(upstream, "breaker_failures = 0"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string address = svcd.address("one");
  const auto get = [&](const char* target) { return status_of(fetch(address, target)); };

  EXPECT_EQ(fetch(address, "/price/a")->body, R"({"amount":1.5})");
  EXPECT_EQ(fetch(address, "/offloaded/a")->body, R"({"amount":1.5})");

  upstream.play([](Peer& peer, const Asked&) { peer.answer(404); });
  EXPECT_EQ(get("/maybe/a"), 404);
  EXPECT_EQ(get("/price/a"), 502);

  const std::pair<FakeUpstream::Script, int> cases[] = {
      {[](Peer& peer, const Asked&) { peer.hang(); }, 504},
      {[](Peer& peer, const Asked&) { peer.reset(); }, 502},
      {[](Peer& peer, const Asked&) { peer.close(); }, 502},
      {[](Peer& peer, const Asked&) { peer.send("SSH-2.0-OpenSSH_9.2\r\n"), peer.hang(); }, 502},
      {[](Peer& peer, const Asked&) {  // Promises more than it has.
         peer.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"amount\":"), peer.close();
       },
       502},
      {[](Peer& peer, const Asked&) {  // Trickles.
         peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
         while (peer.wait(20ms)) peer.send(" ");
       },
       504},
      {[](Peer& peer, const Asked&) { peer.answer(200, "<html>"); }, 502},
      {[](Peer& peer, const Asked&) { peer.answer(500); }, 502},
  };
  for (const auto& [script, status] : cases) {
    upstream.play(script);
    const auto began = Clock::now();
    EXPECT_EQ(get("/price/a"), status) << &script - &cases[0].first;
    EXPECT_EQ(get("/offloaded/a"), status);
    EXPECT_LT(Clock::now() - began, 10s);
  }
  upstream.go_down();
  EXPECT_EQ(get("/price/a"), 502);
  upstream.come_back();
  upstream.play(say_price);
  EXPECT_EQ(get("/price/a"), 200);
  EXPECT_TRUE(svcd.stop());
}

TEST(Upstreams, OneThatIsDownIsRefusedQuicklyShownAndRecoversByItself) {
  FakeUpstream upstream(say_price);
  Svcd svcd(caller_service(upstream, "breaker_open = \"200ms\"\nbreaker_open_max = \"200ms\""));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string address = svcd.address("one");
  EXPECT_EQ(svcd.status("/services/0/upstreams/0/breaker"), "\"closed\"");
  upstream.go_down();
  ASSERT_TRUE(eventually([&] { return status_of(fetch(address, "/price/a")) == 503; }));
  const auto refused = fetch(address, "/price/a");
  // Half open by now, perhaps: then it was the one that is let through.
  EXPECT_TRUE(status_of(refused) == 503 || status_of(refused) == 502);
  EXPECT_TRUE(svcd.log_has("upstream prices: too many calls fail"));
  EXPECT_NE(svcd.status("/services/0/upstreams/0/breaker"), "\"closed\"");
  EXPECT_GT(json_number(svcd.status(), "/services/0/upstreams/0/failures").value_or(0), 4);
  const auto shown = svcd.svcctl({"status"});
  EXPECT_NE(shown.output.find("upstream prices: breaker"), std::string::npos) << shown.output;

  upstream.come_back();
  ASSERT_TRUE(eventually([&] { return status_of(fetch(address, "/price/a")) == 200; }));
  EXPECT_EQ(svcd.status("/services/0/upstreams/0/breaker"), "\"closed\"");
  EXPECT_TRUE(svcd.log_has("upstream prices: it answers again"));
  EXPECT_TRUE(svcd.stop());
}

TEST(Upstreams, OneThatHangsHoldsNobodyElse) {
  FakeUpstream upstream([](Peer& peer, const Asked&) { peer.hang(); });
  Svcd svcd(caller_service(upstream, "breaker_failures = 0"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string address = svcd.address("one");
  HttpClient other(address);
  ASSERT_EQ(status_of(other.get("/up")), 200);

  std::vector<HttpClient> waiting;
  for (int i = 0; i < 50; ++i) {
    waiting.emplace_back(address);
    waiting.back().send("GET /price/a HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  ASSERT_TRUE(eventually([&] { return upstream.requests() >= 50; }));
  // A machine may be busy for a moment; a worker that waited itself would need 1500 ms every time.
  auto quickest = std::chrono::steady_clock::duration(1h);
  for (int i = 0; i < 5; ++i) {
    const auto began = Clock::now();
    EXPECT_EQ(status_of(other.get("/up")), 200);
    quickest = std::min(quickest, Clock::now() - began);
  }
  EXPECT_LT(quickest, 50ms);
  for (HttpClient& each : waiting) EXPECT_EQ(status_of(each.read_answer()), 504);
  EXPECT_TRUE(svcd.stop());
}

TEST(Upstreams, ThreeAtOnceTakeAsLongAsTheSlowest) {
  FakeUpstream upstream([](Peer& peer, const Asked& request) {
    peer.wait(1s);
    say_price(peer, request);
  });
  Svcd svcd(caller_service(upstream, "attempt_timeout = \"2400ms\"", "2500ms"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto answer = fetch(svcd.address("one"), "/three");
  // One after the other would be 3 s, more than the calls' 2.5 s allow for all of them.
  ASSERT_EQ(status_of(answer), 200);
  EXPECT_EQ(answer->body, R"({"amount":4.5})");
  EXPECT_TRUE(svcd.stop());
}

TEST(Upstreams, AStreamGoesThroughTheWorkerPieceByPiece) {
  const std::string piece(64 * 1024, 'x');
  FakeUpstream upstream([&](Peer& peer, const Asked&) {
    peer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 64 * piece.size()));
    for (int i = 0; i < 64; ++i) peer.send(piece);
  });
  Svcd svcd(caller_service(upstream));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto answer = fetch(svcd.address("one"), "/copied");
  ASSERT_EQ(status_of(answer), 200);
  EXPECT_TRUE(answer->complete);
  EXPECT_EQ(answer->body.size(), 64 * piece.size());
  EXPECT_TRUE(svcd.stop());
}

TEST(Upstreams, ManyCallsLeaveNothingBehind) {
  std::atomic<uint64_t> calls = 0;
  FakeUpstream upstream([&](Peer& peer, const Asked& request) {
    switch (calls++ % 10) {
      case 3:
        return peer.reset();
      case 6:
        return peer.close();
      case 8:
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{");
        return peer.close();
      default:
        return say_price(peer, request);
    }
  });
  Svcd svcd(caller_service(upstream, "breaker_failures = 10000\nbreaker_percent = 100", "30s"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string address = svcd.address("one");
  const auto held = [&] {
    const auto answer = fetch(address, "/held");
    return json_number(answer ? answer->body : "", "/descriptors").value_or(1'000'000);
  };
  ASSERT_EQ(status_of(fetch(address, "/price/a")), 200);
  const int64_t before = held();
  std::atomic<int> good = 0, bad = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      HttpClient client(address);
      for (int call = 0; call < 2'500; ++call) {
        const int status = status_of(client.get("/price/a"));
        good += status == 200;
        bad += status == 502;
      }
    });
  }
  for (std::thread& each : clients) each.join();
  EXPECT_EQ(good + bad, 10'000);
  EXPECT_GT(good, 5'000);
  // Kept connections aside: one for each call that there was at a time, and the clients' own.
  EXPECT_TRUE(eventually([&] { return held() <= before + 8; })) << held() << " after " << before;
  EXPECT_TRUE(eventually([&] {
    return json_number(svcd.status(), "/services/0/workers/0/in_flight").value_or(9) == 0;
  }));
  EXPECT_TRUE(svcd.stop()) << "no fiber is left that would hold it up";
}

TEST(Upstreams, AMistypedNameFailsAtBoot) {
  FakeUpstream upstream(say_price);
  std::string toml = caller_service(upstream);
  toml.replace(toml.find("upstreams.prices"), 16, "upstreams.pricse");
  Svcd svcd(toml);
  EXPECT_FALSE(svcd.start());
  EXPECT_TRUE(svcd.log_has("upstream \"prices\" is not configured; did you mean \"pricse\"?"))
      << svcd.log();
}

}  // namespace
}  // namespace svc::testing
