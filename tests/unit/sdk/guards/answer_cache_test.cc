#include "core/sdk/guards/answer_cache.h"

#include <gtest/gtest.h>

#include "core/loop/fiber.h"
#include "core/sdk/middleware/cors.h"
#include "core/sdk/require.h"
#include "core/sdk/stream.h"
#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

struct Tenant {
  std::string name;
};

}  // namespace

template <>
struct from<Tenant> {
  static Tenant get(Header<"X-Api-Key"> key) {
    if (key != "ann" && key != "bob") throw Problem(403);
    return {key};
  }
};

namespace {

TEST(AnswerCache, GivesTheSameAnswerWithItsAge) {
  int runs = 0;
  Client client([&](App& app) {
    app.get("/x/{n}",
            [&](int n, Context& ctx) {
              ctx.header("X-Run", std::to_string(++runs));
              return n;
            })
        .cache(1min);
  });
  EXPECT_FALSE(client.get("/x/1").header("Age"));
  const Answer again = client.get("/x/1");
  EXPECT_EQ(again.body, "1");
  EXPECT_EQ(again.header("Age"), "0");
  EXPECT_EQ(again.header("X-Run"), "1");
  EXPECT_EQ(client.get("/x/2").header("X-Run"), "2");
  EXPECT_EQ(client.get("/x/1?q").header("X-Run"), "3");
  EXPECT_EQ(client.get("/x/1?q").header("X-Run"), "3");
}

// Around a limit it spares its hits that too; what the first client had left is none of theirs.
TEST(AnswerCache, KeepsNoClientsBudget) {
  int runs = 0;
  Client client([&](App& app) {
    app.use(cache(1min));
    app.get("/x", [&] { return ++runs; }).rate_limit(2, 1h);
  });
  EXPECT_EQ(client.get("/x").header("RateLimit-Remaining"), "1");
  const Answer again = client.get("/x");
  EXPECT_EQ(again.header("Age"), "0");
  for (const char* name : {"RateLimit", "RateLimit-Policy", "RateLimit-Limit",
                           "RateLimit-Remaining", "RateLimit-Reset"})
    EXPECT_FALSE(again.header(name)) << name;
  EXPECT_EQ(client.get("/x?y").header("RateLimit-Remaining"), "0");
}

TEST(AnswerCache, KeepsApartWhatTheHandlersTypeSaysThatItReads) {
  int runs = 0;
  Client client([&](App& app) {
    app.use(cache(1min));
    app.get("/language", [&](Header<"Accept-Language", std::optional<std::string>> language) {
      ++runs;
      return Response().header("Vary", "Accept-Language").text(language.value_or("none"));
    });
    app.get("/mine", [&](const Tenant& tenant) { return tenant.name + std::to_string(++runs); });
    app.group("/all").use(require<Tenant>()).get("/x", [&] { return ++runs; });
  });
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(client.get("/language").body, "none");
    EXPECT_EQ(client.get("/language", {{"accept-language", "de"}}).body, "de");
    EXPECT_EQ(client.get("/mine", {{"X-Api-Key", "ann"}}).body, "ann3");
    EXPECT_EQ(client.get("/mine", {{"X-Api-Key", "bob"}}).body, "bob4");
    EXPECT_EQ(client.get("/mine", {{"X-Api-Key", "eve"}}).status, 403);
    EXPECT_EQ(client.get("/mine").status, 422);
    EXPECT_EQ(client.get("/all/x", {{"X-Api-Key", "ann"}}).body, "5");
    EXPECT_EQ(client.get("/all/x", {{"X-Api-Key", "eve"}}).status, 403);
    EXPECT_EQ(client.get("/all/x").status, 422);
  }
  EXPECT_EQ(runs, 5);
}

TEST(AnswerCache, KeepsNothingThatIsSomebodysOwn) {
  int runs = 0;
  Client client([&](App& app) {
    auto group = app.group("/g").use(cache({.ttl = 1min, .vary = {"Accept-Language"}}));
    group.get("/plain", [&] { return ++runs; });
    group.get("/cookie", [&](Context& ctx) {
      ctx.header("Set-Cookie", "a=b");
      return ++runs;
    });
    group.get("/private",
              [&] { return Response::of(++runs).header("Cache-Control", "max-age=3, Private"); });
    group.get("/vary",
              [&] { return Response::of(++runs).header("Vary", "Accept-Language, Accept"); });
    group.get("/stream", [&](Stream& out) { out.write(std::to_string(++runs)); });
    group.get("/bad", [&]() -> int {
      ++runs;
      throw Problem(404);
    });
    group.post("/post", [&] { return ++runs; });
  });
  for (const char* path : {"/g/cookie", "/g/private", "/g/vary", "/g/stream", "/g/bad"}) {
    const int before = runs;
    client.get(path);
    client.get(path);
    EXPECT_EQ(runs, before + 2) << path;
  }
  int before = runs;
  client.send("POST", "/g/post");
  client.send("POST", "/g/post");
  EXPECT_EQ(runs, before + 2);
  client.get("/g/plain");
  before = runs;
  client.get("/g/plain");
  EXPECT_EQ(runs, before);
  client.get("/g/plain", {{"Authorization", "Basic x"}});
  client.get("/g/plain", {{"Cookie", "a=b"}});
  client.get("/g/plain", {{"Range", "bytes=0-0"}});
  EXPECT_EQ(runs, before + 3);
  client.get("/g/plain", {{"Accept-Language", "de"}});
  client.get("/g/plain", {{"Accept-Language", "de"}});
  EXPECT_EQ(runs, before + 4);
}

TEST(AnswerCache, KeepsErrorsOnlyWhenAsked) {
  int runs = 0;
  Client client([&](App& app) {
    app.get("/x",
            [&]() -> int {
              ++runs;
              throw Problem(404, "none");
            })
        .use(cache({.errors = 1min}));
  });
  EXPECT_EQ(client.get("/x").status, 404);
  EXPECT_EQ(client.get("/x").status, 404);
  EXPECT_EQ(runs, 1);
}

// Not the fresh answer's time and then that of stale ones.
TEST(AnswerCache, KeepsErrorsNoLongerThanWasAsked) {
  bool down = true;
  Client client(
      [&](App& app) {
        app.get("/x",
                [&]() -> int {
                  this_fiber::sleep_for(10ms);
                  if (down) throw Problem(503);
                  return 1;
                })
            .use(cache({.ttl = 1min, .stale = 1h, .errors = 1s}));
      },
      {.fake_time = true});
  EXPECT_EQ(client.get("/x").status, 503);
  down = false;
  client.advance(5s);
  for (const Answer& answer : client.send_all({{.target = "/x"}, {.target = "/x"}}))
    EXPECT_EQ(answer.status, 200);
}

// One client's If-Match is nobody else's.
TEST(AnswerCache, KeepsNothingThatIsDueToAClientsConditions) {
  Client client([&](App& app) {
    app.get("/x", [] { return Response().text("all").etag("v1"); })
        .use(cache({.ttl = 1min, .errors = 1min}));
  });
  EXPECT_EQ(client.get("/x", {{"If-Match", "\"v0\""}}).status, 412);
  EXPECT_EQ(client.get("/x").body, "all");
  EXPECT_EQ(client.get("/x", {{"If-None-Match", "\"v1\""}}).status, 304);
  EXPECT_EQ(client.get("/x", {{"If-Match", "\"v0\""}}).status, 412);
  EXPECT_EQ(client.get("/x").body, "all");
}

TEST(AnswerCache, KeepsNoRefusalOfOneClientForTheOthers) {
  Client client([&](App& app) {
    auto group = app.group("/g").use(cache({.ttl = 1s, .errors = 1min}));
    group.get("/x/{n}", [](int n) { return n; }).rate_limit(1, 1h);
  });
  client.set_peer("192.0.2.1:1000");
  EXPECT_EQ(client.get("/g/x/1").status, 200);
  EXPECT_EQ(client.get("/g/x/2").status, 429);
  client.set_peer("192.0.2.2:1000");
  EXPECT_EQ(client.get("/g/x/2").status, 200);
}

// A field of several lines is one list (RFC 9110 5.3).
TEST(AnswerCache, ReadsAllLinesOfTheFieldsThatForbidKeeping) {
  int runs = 0;
  Client client([&](App& app) {
    app.get("/private",
            [&](Context& ctx) {
              ctx.add_header("Cache-Control", "max-age=3");
              ctx.add_header("Cache-Control", "private");
              return ++runs;
            })
        .cache(1min);
    auto group = app.group("/g").use(cache({.ttl = 1min, .vary = {"Accept-Language"}}));
    group.use(cors({.origins = {"https://a.example", "https://b.example"}}));
    group.get("/vary", [&] { return Response::of(++runs).header("Vary", "Accept-Language"); });
  });
  EXPECT_EQ(client.get("/private").body, "1");
  EXPECT_EQ(client.get("/private").body, "2");
  for (const std::string origin : {"https://a.example", "https://b.example"}) {
    const Answer answer = client.get("/g/vary", {{"Origin", origin}});
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), origin);
  }
}

}  // namespace
}  // namespace svc
