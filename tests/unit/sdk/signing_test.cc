// Signed texts and cookies.
#include "core/sdk/signing.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using testing::Client;

const std::string kKey = "0123456789abcdef0123456789abcdef";
const std::string kOtherKey = "fedcba9876543210fedcba9876543210";
constexpr sys_seconds kNow{seconds(1'767'225'600)};

TEST(Signer, GivesBackWhatItSigned) {
  const Signer signer({kKey});
  for (const std::string& text : {std::string(), std::string("ann"), std::string("a.b.c"),
                                  std::string("\0\xff\xfe~", 4), std::string(3000, 'x')}) {
    EXPECT_EQ(signer.verify(signer.sign(text, kNow), 1h, kNow), text);
  }
}

// python3: hmac.new(key, b"svc-signed-1\0login\0YW5u.1767225600", "sha256")
TEST(Signer, IsHmacSha256) {
  EXPECT_EQ(Signer({kKey}, "login").sign("ann", kNow),
            "YW5u.1767225600.5RvptISO7jmaQ21EG2C3-MnwMUhvteY9da_S7wiIKqM");
}

TEST(Signer, TakesNothingThatWasChanged) {
  const Signer signer({kKey});
  const std::string text = signer.sign("ann", kNow);
  ASSERT_TRUE(signer.verify(text, 1h, kNow));
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(signer.verify(changed, 1h, kNow)) << changed;
    EXPECT_FALSE(signer.verify(text.substr(0, i), 1h, kNow)) << i;
  }
  EXPECT_FALSE(signer.verify(text + "=", 1h, kNow));
  EXPECT_FALSE(signer.verify(text + text, 1h, kNow));
  EXPECT_FALSE(signer.verify(std::string(100'000, '.'), 1h, kNow));
}

TEST(Signer, AgesByItsClock) {
  const Signer signer({kKey});
  const std::string text = signer.sign("ann", kNow);
  EXPECT_TRUE(signer.verify(text, 10s, kNow + 10s));
  EXPECT_FALSE(signer.verify(text, 10s, kNow + 11s));
  EXPECT_TRUE(signer.verify(text, 10s, kNow - Signer::kClocksApart));
  EXPECT_FALSE(signer.verify(text, 10s, kNow - Signer::kClocksApart - 1s));
}

TEST(Signer, KeysTakeTurns) {
  const std::string old = Signer({kOtherKey}).sign("ann", kNow);
  EXPECT_EQ(Signer({kKey, kOtherKey}).verify(old, 1h, kNow), "ann");
  EXPECT_FALSE(Signer({kKey}).verify(old, 1h, kNow));
  EXPECT_TRUE(Signer({kKey}).verify(Signer({kKey, kOtherKey}).sign("ann", kNow), 1h, kNow));
}

TEST(Signer, WhatIsForOnePurposeIsNothingForAnother) {
  const std::string mail = Signer({kKey}, "confirm a mail").sign("7", kNow);
  EXPECT_TRUE(Signer({kKey}, "confirm a mail").verify(mail, 1h, kNow));
  EXPECT_FALSE(Signer({kKey}, "reset a password").verify(mail, 1h, kNow));
}

TEST(Signer, RefusesKeysThatAreNone) {
  EXPECT_THROW(Signer({}), std::invalid_argument);
  EXPECT_THROW(Signer({kKey, "short"}), std::invalid_argument);
  EXPECT_THROW(Signer({kKey}, std::string_view("a\0b", 3)), std::invalid_argument);
}

struct Session {
  int64_t user;
};

void routes(App& app) {
  const SignedCookie session("session", {kKey}, {.max_age = 1h});
  app.post("/login/{user}", [=](Context& ctx, int64_t user) { session.set(ctx, Session{user}); });
  app.post("/logout", [=](Context& ctx) { session.forget(ctx); });
  app.get("/me", [=](Context& ctx) {
    const auto who = session.get<Session>(ctx);
    if (!who) throw Problem(401);
    return who->user;
  });
}

TEST(SignedCookie, IsASession) {
  Client client(routes);
  client.keep_cookies();
  EXPECT_EQ(client.get("/me").status, 401);
  const auto login = client.send("POST", "/login/7");
  EXPECT_NE(login.header("Set-Cookie")->find("; Max-Age=3600; HttpOnly; SameSite=Lax"),
            std::string::npos)
      << *login.header("Set-Cookie");
  EXPECT_EQ(client.get("/me").body, "7");
  EXPECT_EQ(client.send("POST", "/logout").status, 204);
  EXPECT_EQ(client.get("/me").status, 401);
}

TEST(SignedCookie, IsNobodysWhoWritesItByHand) {
  Client client(routes);
  const auto me = [&](const std::string& value) {
    return client.get("/me", {{"Cookie", "session=" + value}}).status;
  };
  EXPECT_EQ(me(Signer({kKey}, "cookie session").sign(R"({"user":1})")), 200);
  EXPECT_EQ(me(Signer({kKey}, "cookie other").sign(R"({"user":1})")), 401);
  EXPECT_EQ(me(Signer({kOtherKey}, "cookie session").sign(R"({"user":1})")), 401);
  EXPECT_EQ(me(Signer({kKey}, "cookie session").sign("no session")), 401);
  EXPECT_EQ(me(R"(eyJ1c2VyIjoxfQ.1767225600.)"), 401);
}

}  // namespace
}  // namespace svc
