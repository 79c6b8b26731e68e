#include "core/sdk/middleware/cors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;
using testing::Headers;

size_t fields_named(const Answer& answer, std::string_view name) {
  return static_cast<size_t>(std::ranges::count_if(
      answer.headers, [&](const auto& field) { return iequals(field.first, name); }));
}

Client shop(Cors settings) {
  return Client([&](App& app) {
    app.use(cors(std::move(settings)));
    app.get("/x", [] { return 1; });
    app.any("/any", []() -> int { throw std::logic_error("a preflight came to a handler"); });
    app.post("/guarded", [] { return 1; }).use([](Context&) { throw Problem(401); });
  });
}

Headers preflight_of(std::string origin, std::string method = "PUT") {
  return {{"Origin", std::move(origin)},
          {"Access-Control-Request-Method", std::move(method)},
          {"Access-Control-Request-Headers", "x-a, content-type"}};
}

TEST(Cors, EveryOriginNeedsNoVary) {
  Client client = shop({});
  const Answer answer = client.get("/x", {{"Origin", "https://a.example"}});
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(answer.header("Vary"), std::nullopt);
  EXPECT_EQ(answer.header("Access-Control-Allow-Credentials"), std::nullopt);
}

TEST(Cors, ListedOriginsAreNamedAndOthersAreNot) {
  Client client = shop({.origins = {"https://a.example", "https://*.b.example"},
                        .credentials = true,
                        .expose = {"X-Total"}});
  const Answer known = client.get("/x", {{"Origin", "https://a.example"}});
  EXPECT_EQ(known.header("Access-Control-Allow-Origin"), "https://a.example");
  EXPECT_EQ(known.header("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(known.header("Access-Control-Expose-Headers"), "X-Total");
  EXPECT_EQ(known.header("Vary"), "Origin");
  const auto allowed = [&](const char* origin) {
    return client.get("/x", {{"Origin", origin}}).header("Access-Control-Allow-Origin").has_value();
  };
  EXPECT_TRUE(allowed("https://x.b.example"));
  EXPECT_TRUE(allowed("https://x.y.b.example"));
  for (const char* other : {"https://b.example", "http://a.example", "null",
                            "https://a.example.evil", "https://evilb.example"}) {
    EXPECT_FALSE(allowed(other)) << other;
  }
  const Answer none = client.get("/x");
  EXPECT_EQ(none.status, 200);
  EXPECT_EQ(none.header("Vary"), "Origin");
  EXPECT_EQ(none.header("Access-Control-Allow-Origin"), std::nullopt);
}

TEST(Cors, PreflightIsAnsweredBeforeEverythingElse) {
  Client client = shop({.origins = {"https://a.example"}});
  for (const char* path : {"/x", "/any", "/guarded", "/absent"}) {
    const Answer answer = client.send("OPTIONS", path, {}, preflight_of("https://a.example"));
    EXPECT_EQ(answer.status, 204) << path;
    EXPECT_EQ(answer.header("Access-Control-Allow-Methods"), "GET, HEAD, POST, PUT, PATCH, DELETE");
    EXPECT_EQ(answer.header("Access-Control-Allow-Headers"), "x-a, content-type");
    EXPECT_EQ(answer.header("Access-Control-Max-Age"), "600");
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://a.example");
    EXPECT_EQ(fields_named(answer, "Vary"), 2u);
  }
  const Answer refused = client.send("OPTIONS", "/x", {}, preflight_of("https://evil.example"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.header("Access-Control-Allow-Origin"), std::nullopt);
  EXPECT_EQ(refused.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(fields_named(refused, "Vary"), 2u);
}

TEST(Cors, ARefusalHasTheShapeOfOtherErrors) {
  Client client([](App& app) {
    app.use(cors({.origins = {"https://a.example"}}));
    app.on_error([](const Problem& problem) { return Response(problem.status()).text("shaped"); });
    app.get("/x", [] {});
  });
  const Answer refused = client.send("OPTIONS", "/x", {}, preflight_of("https://evil.example"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body, "shaped");
}

TEST(Cors, OptionsWithoutAQuestionIsTheServices) {
  Client client = shop({});
  const Answer answer = client.send("OPTIONS", "/x", {}, {{"Origin", "https://a.example"}});
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("Allow"), "GET, HEAD, OPTIONS");
}

TEST(Cors, RefusalsCanBeReadByTheScript) {
  Client client = shop({.origins = {"https://a.example"}});
  for (const char* path : {"/guarded", "/absent"}) {
    const Answer answer = client.send("POST", path, {}, {{"Origin", "https://a.example"}});
    EXPECT_GE(answer.status, 400);
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://a.example") << path;
  }
}

TEST(Cors, SettingsThatOpenTooMuchEndTheBoot) {
  EXPECT_THROW(cors({.credentials = true}), std::invalid_argument);
  for (const char* wrong : {"a.example", "https://a.example/", "https://a.*.example", "https://*",
                            "https://*a.example", "https://"}) {
    EXPECT_THROW(cors({.origins = {wrong}}), std::invalid_argument) << wrong;
  }
}

}  // namespace
}  // namespace svc
