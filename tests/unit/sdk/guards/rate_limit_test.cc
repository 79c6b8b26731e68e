#include "core/sdk/guards/rate_limit.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/sdk/guards/peer_key.h"
#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

TEST(RateLimit, RefusesWhatIsTooMuchAndSaysWhenToComeAgain) {
  Client client([](App& app) { app.get("/x", [] { return 1; }).rate_limit(2, 1min); });
  const Answer first = client.get("/x");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.header("RateLimit-Limit"), "2");
  EXPECT_EQ(first.header("RateLimit-Remaining"), "1");
  EXPECT_EQ(first.header("RateLimit-Reset"), "30");
  EXPECT_TRUE(first.header("RateLimit-Policy").value_or("").ends_with("\";q=2;w=60"));
  EXPECT_TRUE(first.header("RateLimit").value_or("").ends_with("\";r=1;t=30"));
  EXPECT_EQ(client.get("/x").status, 200);
  const Answer refused = client.get("/x");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "30");
  EXPECT_EQ(refused.header("RateLimit-Remaining"), "0");
  EXPECT_EQ(refused.header("Content-Type"), "application/problem+json");
}

TEST(RateLimit, CountsByAnythingThatARequestHas) {
  Client client([](App& app) {
    app.get("/x", [] { return 1; })
        .guard(rate_limit({.count = 1, .per = 1h, .key = by_header("X-Key"), .headers = false}));
    app.get("/y", [] { return 1; }).guard(rate_limit({.count = 1, .per = 1h, .key = [](Context& c) {
                                                        return std::string(
                                                            c.request().header("User").value_or(
                                                                ""));
                                                      }}));
  });
  EXPECT_EQ(client.get("/x", {{"X-Key", "a"}}).status, 200);
  EXPECT_EQ(client.get("/x", {{"X-Key", "a"}}).status, 429);
  EXPECT_EQ(client.get("/x", {{"X-Key", "b"}}).status, 200);
  EXPECT_EQ(client.get("/x").status, 200);
  const Answer refused = client.get("/x");
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(refused.header("RateLimit"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/y").status, 200);  // An empty key: no limit.
  EXPECT_EQ(client.get("/y", {{"User", "ann"}}).status, 200);
  EXPECT_EQ(client.get("/y", {{"User", "ann"}}).status, 429);
}

TEST(RateLimit, OfAGroupIsOneForAllItsRoutesAndComesBeforeTheBody) {
  Client client([](App& app) {
    auto group = app.group("/g").use(rate_limit(2, 1h));
    group.get("/a", [] { return 1; });
    group.post("/b", [](std::vector<int> body) { return body; });
  });
  EXPECT_EQ(client.get("/g/a").status, 200);
  EXPECT_EQ(client.post_json("/g/b", "[1]").body, "[1]");
  EXPECT_EQ(client.post_json("/g/b", "no JSON").status, 429);
}

TEST(RateLimit, OfAHandlerGoesByWhatTheBodySays) {
  Client client([](App& app) {
    const RateLimiter limit({.count = 1, .per = 1h, .headers = false, .name = "by name"});
    app.post("/x",
             [limit](std::vector<std::string> names, Context& ctx) {
               for (const auto& name : names) limit.take(ctx, name);
               return names.size();
             })
        .rate_limit(4, 1h);
  });
  EXPECT_EQ(client.post_json("/x", R"(["ann","bob",""])").status, 200);
  const Answer refused = client.post_json("/x", R"(["ann"])");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "3600");
  EXPECT_EQ(refused.header("RateLimit-Remaining"), "2") << "the guard's, which has let it in";
  EXPECT_EQ(client.post_json("/x", R"([""])").status, 200);
  EXPECT_EQ(client.post_json("/x", R"(["eve"])").status, 200);
  EXPECT_EQ(client.post_json("/x", R"(["joe"])").status, 429) << "now the guard's";
}

TEST(RateLimit, RefusesOptionsThatMakeNoSense) {
  EXPECT_THROW(rate_limit(0, 1s), std::invalid_argument);
  EXPECT_THROW(rate_limit(1, 0s), std::invalid_argument);
  EXPECT_THROW(rate_limit({.count = 1, .name = "a\"b"}), std::invalid_argument);
  EXPECT_THROW(rate_limit({.count = 1, .per = std::chrono::hours(24 * 366), .burst = 1000}),
               std::invalid_argument);
}

TEST(PeerKey, IsTheAddressAndOfIPv6TheNetwork) {
  EXPECT_EQ(peer_key("192.0.2.1:40312"), "192.0.2.1");
  EXPECT_EQ(peer_key("[2001:db8:1:2:3:4:5:6]:443"), "2001:db8:1:2::/64");
  EXPECT_EQ(peer_key("[2001:db8:1:2::9]:1"), peer_key("[2001:db8:1:2:ffff::1]:2"));
  EXPECT_NE(peer_key("[2001:db8:1:2::9]:1"), peer_key("[2001:db8:1:3::9]:1"));
  EXPECT_EQ(peer_key("unix:"), "unix:");
}

}  // namespace
}  // namespace svc
