#include "core/sdk/testing/client.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/loop/fiber.h"
#include "core/sdk/parameters.h"
#include "core/sdk/stream.h"
#include "core/sdk/testing/matchers.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;
using testing::ClientSetup;
using testing::HasHeader;
using testing::HasIssue;
using testing::HasStatus;
using testing::JsonHas;
using testing::JsonIs;
using testing::Live;
using testing::Outgoing;

struct TestOrder {
  std::string sku;
  Int<1, 10> qty;
};

TEST(TestClient, SendsStructsWithEveryMethod) {
  Client client([](App& app) {
    app.post("/o", [](TestOrder in) { return in; });
    app.put("/o", [](TestOrder in) { return in; });
    app.patch("/o", [](TestOrder in) { return in; });
    app.del("/o", [] {});
  });
  EXPECT_THAT(client.post("/o", TestOrder{"a", 2}), JsonIs(R"({"qty":2.0,"sku":"a"})"));
  EXPECT_THAT(client.put("/o", TestOrder{"b", 3}), JsonHas(R"({"sku":"b"})"));
  EXPECT_THAT(client.patch_json("/o", R"({"sku":"c","qty":99})"), HasIssue("body", "qty"));
  EXPECT_THAT(client.del("/o"), HasStatus(204));
  EXPECT_THAT(client.get("/o"), HasStatus(405));
  EXPECT_THAT(client.get("/o"), HasHeader("Allow", ::testing::HasSubstr("DELETE")));
}

TEST(TestClient, MayComeOverTlsAndFromAnywhere) {
  Client client([](App& app) {
    app.use([](Context&, Next& next) { next(); });  // Between the handler and the server.
    app.get("/who", [](Request& in) { return in.origin() + " " + in.peer(); });
    app.get("/secure", [](Request& in) { return in.secure(); });
  });
  EXPECT_EQ(client.get("/who").body, "http://test 127.0.0.1:40000");
  EXPECT_EQ(client.get("/secure").body, "false");
  client.set_secure();
  client.set_peer("192.0.2.7:1");
  EXPECT_EQ(client.get("/who").body, "https://test 192.0.2.7:1");
  EXPECT_EQ(client.get("/secure").body, "true");
}

TEST(TestClient, MatchersSayWhereJsonDiffers) {
  using testing::json_difference;
  EXPECT_EQ(json_difference(R"({"a":[1,{"b":2}]})", R"({"a":[1,{"b":3}]})", false),
            ".a[1].b is 3 instead of 2");
  EXPECT_EQ(json_difference(R"({"a":1})", R"({"a":1,"z":0})", false), ".z is there: 0");
  EXPECT_EQ(json_difference(R"({"a":1})", R"({"a":1,"z":0})", true), std::nullopt);
  EXPECT_EQ(json_difference(R"({"a":1})", "{}", true), ".a is missing");
  EXPECT_EQ(json_difference("[1]", "[1,2]", true), "it has 2 elements instead of 1");
  EXPECT_EQ(json_difference("1", "oops", true), "it is no JSON: oops");
  EXPECT_TRUE(json_difference("9007199254740993", "9007199254740992", false));
}

TEST(TestClient, ReadsAStreamAPartAtATimeAndLeavesInTheMiddle) {
  bool cancelled = false;
  int written = 0;
  Client client([&](App& app) {
    app.get("/endless", [&](Stream& out) {
      try {
        for (;; ++written) out.write(std::to_string(written) + "\n");
      } catch (const Cancelled&) {
        cancelled = true;
        throw;
      }
    });
    app.get("/whole", [] { return 1; });
  });
  Live live = client.open("GET", "/endless");
  EXPECT_EQ(live.status(), 200);
  EXPECT_EQ(live.read(), "0\n");
  EXPECT_EQ(live.read(), "1\n");
  EXPECT_LE(written, 20);  // It waits for its reader.
  EXPECT_FALSE(cancelled);
  live.leave();
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(client.open("GET", "/whole").finish().body, "1");
}

TEST(TestClient, ReadsEvents) {
  std::string text =
      ": hello\n\nevent: tick\nid: 7\ndata: one\ndata: two\n\ndata:x\nretry: 500\n\nda";
  const auto first = testing::take_event(text);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->event, "tick");
  EXPECT_EQ(first->id, "7");
  EXPECT_EQ(first->data, "one\ntwo");
  const auto second = testing::take_event(text);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->event, "message");
  EXPECT_EQ(second->retry_ms, 500u);
  EXPECT_FALSE(testing::take_event(text));
  EXPECT_EQ(text, "da");
}

TEST(TestClient, FakeTimePassesWhenEverybodySleeps) {
  Client client(
      [](App& app) {
        app.get("/slow", [](Context& ctx) {
          const Instant began = svc::now();
          ctx.sleep_for(1h);
          return (svc::now() - began) / 1min;
        });
      },
      {.fake_time = true});
  EXPECT_EQ(client.get("/slow").body, "60");
  client.set_deadline(30min);
  EXPECT_THAT(client.get("/slow"), HasStatus(503));
}

TEST(TestClient, AdvanceRunsWhatIsDueOnTheWay) {
  int ticks = 0;
  Client client(
      [&](App& app) {
        app.get("/ticks", [&](Context& ctx, Stream& out) {
          out.write("go");
          for (;;) ctx.sleep_for(1s), ++ticks;
        });
      },
      {.fake_time = true});
  Live live = client.open("GET", "/ticks");
  const int before = ticks;
  client.advance(10s);
  EXPECT_EQ(ticks - before, 10);
}

TEST(TestClient, SendsAllAtOnceAndKeepsCookies) {
  int inside = 0, most = 0;
  Client client([&](App& app) {
    app.get("/x", [&](Context& ctx) {
      most = std::max(most, ++inside);
      ctx.sleep_for(1ms);
      --inside;
      return 1;
    });
    app.get("/login", [] { return Response(204).cookie("who", "ann"); });
    app.get("/me", [](Cookie<"who"> who) { return who.value; });
  });
  EXPECT_EQ(client.send_all(std::vector<Outgoing>(5, {"GET", "/x"})).size(), 5u);
  EXPECT_EQ(most, 5);
  client.keep_cookies();
  client.get("/login");
  EXPECT_EQ(client.get("/me").body, "ann");
}

TEST(TestClient, RefusesABodyThatIsTooLargeAsTheServerDoes) {
  Client client([](App& app) {
    app.post("/x", [](Body body) { return std::string(body.bytes); }).body_max(3);
  });
  EXPECT_EQ(client.send("POST", "/x", "abc").body, "abc");
  EXPECT_THAT(client.send("POST", "/x", "abcd"), HasStatus(413));
}

TEST(TestClient, GivesUpOnAHandlerThatNeverAnswers) {
  Client client([](App& app) {
    app.get("/x", [](Context& ctx) {
      ctx.sleep_for(1h);
      return 1;
    });
  });
  client.set_patience(20ms);
  EXPECT_THROW(client.get("/x"), std::runtime_error);
}

TEST(TestClient, AnswersAreShownAsTheyAre) {
  Client client([](App& app) {
    app.get("/long", [] { return std::string(1000, 'x'); });
    app.del("/", [] {});
  });
  EXPECT_EQ(::testing::PrintToString(client.get("/none")),
            "404 application/problem+json, " + std::to_string(client.get("/none").body.size()) +
                " bytes: " + client.get("/none").body);
  EXPECT_EQ(::testing::PrintToString(client.get("/long")),
            "200 text/plain; charset=utf-8, 1000 bytes: " + std::string(500, 'x') + "…");
  EXPECT_EQ(::testing::PrintToString(client.del("/")), "204 without Content-Type, 0 bytes");
}

}  // namespace
}  // namespace svc
