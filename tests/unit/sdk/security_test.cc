#include "core/sdk/security.h"

#include <gtest/gtest.h>

#include "core/sdk/require.h"
#include "core/sdk/testing/client.h"

namespace svc_security_test {
struct User {
  std::string name;
};
int extractions = 0;
}  // namespace svc_security_test

template <>
struct svc::from<svc_security_test::User> {
  using credentials = svc::Bearer;
  static constexpr bool cached = true;
  static svc_security_test::User get(svc::Context& ctx) {
    ++svc_security_test::extractions;
    const std::string token = ctx.get<svc::Bearer>().token;
    if (token != "good") throw svc::Problem(403, "who?");
    return {"ann"};
  }
};

namespace svc {
namespace {

using svc_security_test::User;
using testing::Answer;
using testing::Client;
using testing::Headers;

Headers with(std::string authorization) { return {{"Authorization", std::move(authorization)}}; }

TEST(Bearer, IsTheTokenOrAChallenge) {
  Client client([](App& app) {
    app.get("/x", [](Bearer bearer) { return bearer.token; });
    app.get("/maybe", [](std::optional<Bearer> bearer) { return bearer ? bearer->token : "none"; });
  });
  EXPECT_EQ(client.get("/x", with("Bearer abc.d-e_f~/+==")).body, "abc.d-e_f~/+==");
  EXPECT_EQ(client.get("/x", with("bearer   abc")).body, "abc");
  for (const char* wrong :
       {"Basic abc", "Bearer", "Bearer ", "Bearer a b", "Bearer =", "Bearer a,b", "Bearerabc"}) {
    const Answer answer = client.get("/x", with(wrong));
    EXPECT_EQ(answer.status, 401) << wrong;
    EXPECT_TRUE(answer.header("WWW-Authenticate")->starts_with("Bearer")) << wrong;
  }
  const Answer missing = client.get("/x");
  EXPECT_EQ(missing.status, 401);
  EXPECT_EQ(missing.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(client.get("/maybe").body, "none");
  EXPECT_EQ(client.get("/maybe", with("Bearer t")).body, "t");
  EXPECT_EQ(client.get("/x", {{"Authorization", "Bearer a"}, {"Authorization", "Bearer b"}}).status,
            401);
}

TEST(Basic, IsTakenApart) {
  Client client([](App& app) {
    app.get("/x", [](Basic basic) { return basic.user + "|" + basic.password; });
  });
  EXPECT_EQ(client.get("/x", with("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")).body,
            "Aladdin|open sesame");
  EXPECT_EQ(client.get("/x", with("Basic dTphOmI=")).body, "u|a:b");
  for (const char* wrong :
       {"Basic", "Basic !!!!", "Basic dQ==", "Basic dTo", "Basic dTp", "Basic a"}) {
    EXPECT_EQ(client.get("/x", with(wrong)).status == 200, wrong == std::string_view("Basic dTo"))
        << wrong;
  }
  EXPECT_EQ(client.get("/x").header("WWW-Authenticate"),
            R"(Basic realm="service", charset="UTF-8")");
}

TEST(SameSecret, IsEquality) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_TRUE(same_secret("", ""));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "abcabc"));
  EXPECT_FALSE(same_secret("abcabc", "abc"));
  EXPECT_FALSE(same_secret("abc", ""));
}

TEST(Require, LetsThoseInWhoAreKnownAndAsksOnce) {
  Client client([](App& app) {
    auto v1 = app.group("/v1").use(require<User>());
    v1.post("/me", [](const User& user, std::vector<int>) { return user.name; });
    v1.get("/copy", [](User user, const User& again) { return user.name + again.name; });
  });
  svc_security_test::extractions = 0;
  EXPECT_EQ(client.get("/v1/copy", with("Bearer good")).body, "annann");
  EXPECT_EQ(svc_security_test::extractions, 1);
  EXPECT_EQ(client.get("/v1/copy").status, 401);
  EXPECT_EQ(client.get("/v1/copy", with("Bearer bad")).status, 403);
  EXPECT_EQ(client.post_json("/v1/me", "no json").status, 401);  // Before the body is looked at.
}

}  // namespace
}  // namespace svc
