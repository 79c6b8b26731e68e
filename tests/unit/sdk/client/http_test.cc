// ctx.http(): what is sent, what comes back, and what a failure becomes; against a scripted server.
#include "core/sdk/client/http.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "core/loop/fiber.h"
#include "core/sdk/client/upstreams.h"
#include "core/sdk/fan_out.h"
#include "core/sdk/stream.h"
#include "core/sdk/testing/client.h"
#include "core/sdk/testing/upstream.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using testing::Client;
using testing::FakeUpstream;
using Peer = FakeUpstream::Peer;
using Asked = FakeUpstream::Request;

struct Price {
  double amount;
};
struct Order {
  std::string sku;
  int qty;
};

// A service with one handler, GET /, that calls the upstream "up".
class Calling {
 public:
  explicit Calling(FakeUpstream::Script script, UpstreamOptions options = {})
      : upstream_(std::move(script)), options_(std::move(options)) {
    options_.backoff_initial = options_.backoff_max = std::chrono::milliseconds(1);
    if (options_.urls.empty()) options_.urls = {upstream_.url() + "/base/"};
  }

  template <class Handler>
  testing::Answer run(Handler handler, const testing::Headers& headers = {}, bool pool = false) {
    Client client([&](App& app) {
      app.upstream("up", options_);
      Route& route = app.get("/", handler);
      if (pool) route.offload();
    });
    return client.send("GET", "/", {}, headers);
  }
  FakeUpstream& upstream() { return upstream_; }

 private:
  FakeUpstream upstream_;
  UpstreamOptions options_;
};

void say_price(Peer& peer, const Asked&) { peer.answer(200, R"({"amount":1.5})"); }

// The head and body of what was asked, as JSON text.
void say_request(Peer& peer, const Asked& request) {
  peer.answer(200, to_json(request.head + "\r\n" + request.body));
}

TEST(Http, ReadsAnAnswerAsAType) {
  Calling calling(say_price);
  const auto answer =
      calling.run([](Context& ctx) { return ctx.http("up").get("/x").as<Price>(); });
  EXPECT_EQ(answer.body, R"({"amount":1.5})");
  EXPECT_EQ(calling.upstream().targets()[0], "GET /base/x");
}

TEST(Http, EncodesWhatGoesIntoPathQueryAndForm) {
  Calling calling(say_request);
  const auto answer = calling.run([](Context& ctx) {
    return ctx.http("up")
        .post("/a/{}/b/{}?fixed={}", std::string("x/../y?z#%"), 7, true)
        .query("q", std::string("a&b=c d"))
        .query("n", 5)
        .query("none", std::optional<int>())
        .form({{"k", "v w&"}})
        .as<std::string>();
  });
  const std::string sent = from_json<std::string>(answer.body);
  EXPECT_TRUE(sent.starts_with(
      "POST /base/a/x%2F..%2Fy%3Fz%23%25/b/7?fixed=true&q=a%26b%3Dc%20d&n=5 HTTP/1.1\r\n"))
      << sent;
  EXPECT_TRUE(sent.ends_with("\r\n\r\nk=v%20w%26")) << sent;
}

TEST(Http, AnArgumentCantChangeThePath) {
  Calling calling(say_price);
  for (const char* argument : {"..", ".", ""}) {
    const auto answer = calling.run([&](Context& ctx) {
      ctx.http("up").get("/items/{}/parts", std::string(argument)).response();
    });
    EXPECT_EQ(answer.status, 400) << argument;
  }
  EXPECT_EQ(calling.upstream().requests(), 0u);
}

TEST(Http, FieldsCantSplitARequest) {
  Calling calling(say_price);
  for (const auto& [name, value] :
       {std::pair("X-A", "b\r\nX-B: c"), {"X A", "b"}, {"Content-Length", "5"}}) {
    const auto answer =
        calling.run([&](Context& ctx) { ctx.http("up").get("/").header(name, value).response(); });
    EXPECT_EQ(answer.status, 500) << name;
  }
  EXPECT_EQ(calling.upstream().requests(), 0u);
}

TEST(Http, HandsOnWhoAsked) {
  Calling calling(say_request);
  const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const auto answer = calling.run(
      [](Context& ctx) { return ctx.http("up").get("/").bearer("t0ken").as<std::string>(); },
      {{"traceparent", parent}, {"tracestate", "a=1"}, {"X-Request-Id", "req-7"}});
  const std::string sent = from_json<std::string>(answer.body);
  EXPECT_NE(sent.find("traceparent: 00-0af7651916cd43dd8448eb211c80319c-"), sent.npos) << sent;
  EXPECT_EQ(sent.find(parent), sent.npos) << "a span of its own";
  EXPECT_NE(sent.find("tracestate: a=1\r\n"), sent.npos);
  EXPECT_NE(sent.find("X-Request-Id: req-7\r\n"), sent.npos);
  EXPECT_NE(sent.find("Authorization: Bearer t0ken\r\n"), sent.npos);
  EXPECT_NE(sent.find("User-Agent: svc/"), sent.npos);
}

TEST(Http, SendsJsonAndReadsStatusesWithoutThrowing) {
  Calling calling([](Peer& peer, const Asked& request) {
    peer.answer(request.field("Content-Type") == "application/json" ? 409 : 500, request.body,
                "X-Why: taken\r\n");
  });
  const auto answer = calling.run([](Context& ctx) {
    const auto reply = ctx.http("up").post("/").json(Order{"a", 2}).response();
    return std::to_string(reply.status()) + reply.body() + std::string(*reply.header("x-why")) +
           std::to_string(reply.as<Order>().qty) + (reply.ok() ? "ok" : "");
  });
  EXPECT_EQ(answer.body, R"(409{"sku":"a","qty":2}taken2)");
}

TEST(Http, AbsentIsAnEmptyOptionalAndElseA502) {
  Calling calling([](Peer& peer, const Asked&) { peer.answer(404); });
  const auto empty =
      calling.run([](Context& ctx) { return ctx.http("up").get("/x").as<std::optional<Price>>(); });
  EXPECT_EQ(empty.status, 404);
  const auto failed = calling.run([](Context& ctx) {
    try {
      return ctx.http("up").get("/x").as<Price>();
    } catch (const UpstreamError& error) {
      EXPECT_EQ(error.answered(), 404);
      EXPECT_EQ(error.upstream(), "up");
      throw;
    }
  });
  EXPECT_EQ(failed.status, 502);
  EXPECT_EQ(failed.body.find("127.0.0.1"), failed.body.npos) << "no address for clients";
}

TEST(Http, AnAnswerThatIsSomethingElseIs502) {
  for (const char* body : {"{\"amount\":\"x\"}", "<html>", "", "{}"}) {
    Calling calling([&](Peer& peer, const Asked&) { peer.answer(200, body); });
    const auto answer =
        calling.run([](Context& ctx) { return ctx.http("up").get("/x").as<Price>(); });
    EXPECT_EQ(answer.status, 502) << body;
  }
}

TEST(Http, TriesAgainWhereThatIsSafe) {
  std::atomic<int> calls = 0;
  Calling calling([&](Peer& peer, const Asked&) {
    if (calls++ < 2) return peer.reset();
    peer.answer(200, R"({"amount":2.0})");
  });
  const auto got = calling.run([](Context& ctx) {
    const auto reply = ctx.http("up").get("/x").response();
    return std::to_string(reply.attempts()) + reply.body();
  });
  EXPECT_EQ(got.body, R"(3{"amount":2.0})");
  calls = 0;
  const auto posted =
      calling.run([](Context& ctx) { return ctx.http("up").post("/x").as<Price>(); });
  EXPECT_EQ(posted.status, 502);
  EXPECT_EQ(calls, 1) << "a POST may have happened";
  calls = 0;
  const auto said =
      calling.run([](Context& ctx) { return ctx.http("up").post("/x").idempotent().as<Price>(); });
  EXPECT_EQ(said.status, 200);
}

TEST(Http, ComesBackWhenTheUpstreamSaysWhen) {
  std::atomic<int> calls = 0;
  Calling calling([&](Peer& peer, const Asked&) {
    if (calls++ == 0) return peer.answer(503, "{}", "Retry-After: 0\r\n");
    peer.answer(200, R"({"amount":2.0})");
  });
  EXPECT_EQ(calling.run([](Context& ctx) { return ctx.http("up").post("/x").as<Price>(); }).status,
            200);
  EXPECT_EQ(calls, 2);
}

TEST(Http, ComesBackAtTheDateThatTheUpstreamNames) {
  std::vector<Instant> asked;
  testing::Upstream up([&](App& app) {
    app.post("/x", [&] {
      asked.push_back(Fiber::self().owner().loop().clock().now());
      // In 7 seconds, in HTTP's oldest form; the answer's Date is of this moment.
      constexpr auto kForm = "%a %b %e %H:%M:%S %Y";
      const std::time_t then = std::time(nullptr) + 7;
      char text[32];
      std::strftime(text, sizeof text, kForm, std::gmtime(&then));
      if (asked.size() == 1) throw Problem(503, "later").header("Retry-After", text);
      return Price{2};
    });
  });
  Client client(
      [](App& app) {
        app.upstream("up");
        app.get("/", [](Context& ctx) { return ctx.http("up").post("/x").as<Price>(); });
      },
      {.fake_time = true, .upstreams = {{"up", &up}}});
  EXPECT_EQ(client.get("/").status, 200);
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_GE(asked[1] - asked[0], 6s);
  EXPECT_LT(asked[1] - asked[0], 9s);
}

TEST(Http, DoesNotWaitForADateThatIsFarOff) {
  Calling calling([](Peer& peer, const Asked&) {
    peer.answer(503, "{}", "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT\r\n");
  });
  EXPECT_EQ(calling.run([](Context& ctx) { return ctx.http("up").get("/x").as<Price>(); }).status,
            502);
  EXPECT_EQ(calling.upstream().requests(), 1u);
}

// The reason that the log names is the limit that ran out, not the one for silences.
TEST(Http, AnAnswerThatTricklesIsLateAsAWhole) {
  Calling calling([](Peer& peer, const Asked&) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
    peer.hang();
  });
  const auto answer = calling.run([](Context& ctx) {
    try {
      return ctx.http("up").get("/x").timeout(80ms).as<std::string>();
    } catch (const UpstreamError& error) {
      EXPECT_EQ(error.kind(), UpstreamError::Kind::timeout);
      return error.reason();
    }
  });
  EXPECT_TRUE(answer.body.ends_with("its answer was not complete within 80 ms")) << answer.body;
}

// One line for each kind at once, and the others' number when their second is over.
TEST(Http, FailuresAreLoggedByKindAndCounted) {
  const testing::TempDir dir;
  ASSERT_TRUE(log::open({LogLevel::info, LogFormat::text, dir.file("log")}));
  testing::Upstream up([](App& app) { app.get("/{status}", [](int s) { return Response(s); }); });
  Client client(
      [&](App& app) {
        UpstreamOptions options;
        options.urls = {"http://" + up.address()};
        app.upstream("up", options);
        app.get("/", [](Context& ctx) {
          for (const int status : {500, 500, 404, 500}) {
            try {
              ctx.http("up").get("/{}", status).as<std::string>();
            } catch (const UpstreamError&) {
            }
          }
          sleep_for(1500ms);
        });
      },
      {.fake_time = true, .upstreams = {{"up", &up}}});
  client.send("GET", "/", {}, {{"X-Request-Id", "req-7"}});
  const std::string said = testing::read_file(dir.file("log"));
  ASSERT_TRUE(log::open({}));
  for (const char* line : {"upstream up: GET /500: answered 500 (request req-7)\n",
                           "upstream up: GET /404: answered 404 (request req-7)\n",
                           "upstream up: 2 more calls failed in this way, the last one: GET /500: "
                           "answered 500 (request req-7)\n"})
    EXPECT_NE(said.find(line), said.npos) << line << said;
  EXPECT_EQ(std::ranges::count(said, '\n'), 3) << said;
}

TEST(Http, AHangingUpstreamIs504InTime) {
  Calling calling([](Peer& peer, const Asked&) { peer.hang(); });
  const Instant begin = Clock::steady().now();
  const auto answer =
      calling.run([](Context& ctx) { return ctx.http("up").get("/x").timeout(50ms).as<Price>(); });
  EXPECT_EQ(answer.status, 504);
  EXPECT_LT(Clock::steady().now() - begin, 5s);
}

TEST(Http, AnAttemptMayBeShorterThanTheCall) {
  std::atomic<int> calls = 0;
  Calling calling([&](Peer& peer, const Asked&) {
    if (calls++ == 0) return peer.hang();
    peer.answer(200, R"({"amount":2.0})");
  });
  const auto answer = calling.run(
      [](Context& ctx) { return ctx.http("up").get("/x").attempt_timeout(500ms).as<Price>(); });
  EXPECT_EQ(answer.status, 200);
}

TEST(Http, TheRequestsDeadlineBoundsItsCalls) {
  FakeUpstream upstream([](Peer& peer, const Asked&) { peer.hang(); });
  Client client([&](App& app) {
    app.upstream("up", {.urls = {upstream.url()}});
    app.get("/", [](Context& ctx) { return ctx.http("up").get("/").as<Price>(); });
  });
  client.set_deadline(200ms);
  EXPECT_EQ(client.get("/").status, 504) << "told by the handler, before it is cancelled";
}

TEST(Http, TheBreakerAnswersAtOnce) {
  Calling calling([](Peer& peer, const Asked&) { peer.answer(500); },
                  {.breaker_failures = 3, .breaker_open = std::chrono::milliseconds(20'000)});
  const auto answer = calling.run([](Context& ctx) {
    for (int i = 0; i < 3; ++i) ctx.http("up").post("/x").response();
    return ctx.http("up").get("/x").as<Price>();
  });
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("Retry-After"), "20");
  EXPECT_EQ(calling.upstream().requests(), 3u);
}

TEST(Http, SharesCallsAmongItsAddressesAndLeavesABadOneAlone) {
  FakeUpstream good(say_price);
  FakeUpstream bad([](Peer& peer, const Asked&) { peer.answer(500); });
  Calling calling(say_price, {.urls = {good.url(), bad.url()},
                              .attempts = 1,
                              .eject_failures = 3,
                              .breaker_failures = 1000,
                              .breaker_calls = 1000});
  const auto answer = calling.run([](Context& ctx) {
    int failures = 0;
    for (int i = 0; i < 40; ++i) failures += !ctx.http("up").get("/x").response().ok();
    return std::to_string(failures);
  });
  EXPECT_EQ(answer.body, "3");
  EXPECT_EQ(good.requests(), 37u);
}

TEST(Http, AHedgeOvertakesASlowAttempt) {
  std::atomic<int> calls = 0;
  Calling calling([&](Peer& peer, const Asked&) {
    if (calls++ == 0) return peer.hang();
    peer.answer(200, R"({"amount":2.0})");
  });
  const auto answer = calling.run(
      [](Context& ctx) { return ctx.http("up").get("/x").hedge_after(20ms).as<Price>(); });
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(calls, 2);
}

TEST(Http, AHedgeThatMayNotGoOutTakesNothingFromTheFirstAttempt) {
  using std::chrono::milliseconds;
  Calling calling(
      [](Peer& peer, const Asked& request) {
        peer.wait(100ms);
        say_price(peer, request);
      },
      {.timeout = milliseconds(5'000), .interval = milliseconds(60'000)});
  const auto answer = calling.run(
      [](Context& ctx) { return ctx.http("up").get("/x").hedge_after(10ms).as<Price>(); });
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(calling.upstream().requests(), 1u);
}

TEST(Http, FollowsRedirectsAsFarAsItMay) {
  Calling calling([](Peer& peer, const Asked& request) {
    if (request.target == "/end") return say_price(peer, request);
    peer.answer(302, "",
                request.target == "/base/loop" ? "Location: /base/loop\r\n" : "Location: /end\r\n");
  });
  const auto here =
      calling.run([](Context& ctx) { return ctx.http("up").get("/x").redirects(1).as<Price>(); });
  EXPECT_EQ(here.status, 200);
  const auto plain = calling.run(
      [](Context& ctx) { return std::to_string(ctx.http("up").get("/x").response().status()); });
  EXPECT_EQ(plain.body, "302") << "not followed by itself";
  const auto loop = calling.run(
      [](Context& ctx) { return ctx.http("up").get("/loop").redirects(3).as<Price>(); });
  EXPECT_EQ(loop.status, 502);
}

TEST(Http, ARedirectToAnotherOriginLosesWhatIdentifies) {
  FakeUpstream other(say_request);
  Calling calling([&](Peer& peer, const Asked&) {
    peer.answer(302, "", "Location: " + other.url() + "/there\r\n");
  });
  const auto answer = calling.run([](Context& ctx) {
    return ctx.http("up").get("/x").bearer("secret").redirects(1).as<std::string>();
  });
  const std::string sent = from_json<std::string>(answer.body);
  EXPECT_TRUE(sent.starts_with("GET /there HTTP/1.1\r\n")) << sent;
  EXPECT_EQ(sent.find("secret"), sent.npos);
}

TEST(Http, WorksInPoolThreadsAndBesideOthers) {
  Calling calling(say_price);
  const auto handler = [](Context& ctx) {
    const auto call = [&] { return ctx.http("up").get("/x").as<Price>().amount; };
    const auto [a, b] = svc::all(call, call);
    return std::to_string(a + b);
  };
  EXPECT_EQ(calling.run(handler).body, "3.000000");
  EXPECT_EQ(calling.run(handler, {}, true).body, "3.000000");
}

TEST(Http, StreamsBothWays) {
  Calling calling([](Peer& peer, const Asked& request) {
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const char c : request.body) peer.send(std::string("2\r\n") + c + "-\r\n");
    peer.send("0\r\n\r\n");
  });
  for (const bool pool : {false, true}) {
    const auto answer = calling.run(
        [](Context& ctx) {
          int parts = 0;
          auto call = ctx.http("up").post("/x").body_from([&](std::span<char> into) -> size_t {
            if (parts == 3) return 0;
            into[0] = static_cast<char>('a' + parts++);
            return 1;
          });
          HttpStream stream = call.stream();
          std::string all;
          for (;;) {
            const std::string_view piece = stream.read();
            if (piece.empty()) return all + std::to_string(stream.status());
            all += piece;
          }
        },
        {}, pool);
    EXPECT_EQ(answer.body, "a-b-c-200");
  }
}

TEST(Http, WhatASourceThrowsComesBack) {
  Calling calling(say_price);
  const auto answer = calling.run([](Context& ctx) {
    ctx.http("up")
        .post("/x")
        .body_from([](std::span<char>) -> size_t { throw Problem(418); })
        .response();
  });
  EXPECT_EQ(answer.status, 418);
}

TEST(Http, AStreamThatBreaksOffSaysSo) {
  Calling calling([](Peer& peer, const Asked&) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
    peer.close();
  });
  const auto answer = calling.run([](Context& ctx) -> std::string {
    HttpStream stream = ctx.http("up").get("/x").stream();
    std::string all;
    try {
      for (;;) {
        const std::string_view piece = stream.read();
        if (piece.empty()) return "complete";
        all += piece;
      }
    } catch (const UpstreamError&) {
      return all == "abc" ? "broken off" : "lost";
    }
  });
  EXPECT_EQ(answer.body, "broken off");
}

TEST(Http, ObeysRobotsTxtAndKeepsItsDistance) {
  Calling calling(
      [](Peer& peer, const Asked& request) {
        if (request.target == "/robots.txt")
          return peer.answer(200, "User-agent: testbot\nDisallow: /base/private\n");
        say_request(peer, request);
      },
      {.interval = std::chrono::milliseconds(40), .robots_agent = "testbot"});
  const auto answer = calling.run([](Context& ctx) {
    const Instant begin = Clock::steady().now();
    const std::string sent = ctx.http("up").get("/public").as<std::string>();
    ctx.http("up").get("/public").response();
    ctx.http("up").get("/public").response();
    EXPECT_GE(Clock::steady().now() - begin, 80ms);
    EXPECT_NE(sent.find("User-Agent: testbot"), sent.npos) << sent;
    return ctx.http("up").get("/private/x").as<Price>();
  });
  EXPECT_EQ(answer.status, 502);
  EXPECT_EQ(calling.upstream().requests(), 4u) << "robots.txt once, and three pages";
}

TEST(Http, CallsUrls) {
  FakeUpstream upstream(say_request);
  Client client([&](App& app) {
    app.get("/whole", [&](Context& ctx) {
      return ctx.http(upstream.url() + "/a?b=c").get().query("d", 1).as<std::string>();
    });
    app.get("/base", [&](Context& ctx) {
      return ctx.http(upstream.url() + "/a/").get("/x/{}", 1).as<std::string>();
    });
    app.get("/free", [&] { return svc::http(upstream.url()).get().as<std::string>(); });
    app.get("/https", [](Context& ctx) { ctx.http("https://127.0.0.1/").get().response(); });
    app.get("/unknown", [](Context& ctx) { ctx.http("nobody").get().response(); });
  });
  const auto line = [&](const char* path) {
    const std::string sent = from_json<std::string>(client.get(path).body);
    return sent.substr(0, sent.find("\r\n"));
  };
  EXPECT_EQ(line("/whole"), "GET /a?b=c&d=1 HTTP/1.1");
  EXPECT_EQ(line("/base"), "GET /a/x/1 HTTP/1.1");
  EXPECT_EQ(line("/free"), "GET / HTTP/1.1");
  EXPECT_EQ(client.get("/https").status, 500);
  EXPECT_EQ(client.get("/unknown").status, 500);
}

std::string boot_error(const std::function<void(App&)>& routes) {
  try {
    Client client(routes);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(Upstreams, FailAtBootWhenTheyAreNowhere) {
  const auto missing = boot_error([](App& app) {
    app.upstreams().configure({{"prices", {.urls = {"http://127.0.0.1:1"}}}}, "shop");
    app.upstream("pricse");
  });
  EXPECT_EQ(missing,
            "upstream \"pricse\" is not configured; did you mean \"prices\"?: add "
            "[service.shop.upstreams.pricse] with urls = [\"http://HOST:PORT\"]");
  EXPECT_NE(boot_error([](App& app) { app.upstream("a", {.urls = {"https://x"}}); }).find("TLS"),
            std::string::npos);
  EXPECT_NE(boot_error([](App& app) { app.upstream("a", {.urls = {"nonsense"}}); }), "");
  EXPECT_NE(boot_error([](App& app) { app.upstream("a", {.urls = {"http://a/?q"}}); }), "");
  EXPECT_NE(boot_error([](App& app) { app.upstream("a", UpstreamOptions{}); }), "");
}

TEST(Upstreams, TheConfigurationComesBeforeTheCode) {
  FakeUpstream upstream(say_price);
  Client client([&](App& app) {
    app.upstreams().configure({{"up", {.urls = {upstream.url()}}}}, "shop");
    app.upstream("up", {.urls = {"http://127.0.0.1:1"}});
    app.get("/", [](Context& ctx) { return ctx.http("up").get("/").as<Price>(); });
  });
  EXPECT_EQ(client.get("/").status, 200);
}

}  // namespace
}  // namespace svc
