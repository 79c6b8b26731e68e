#include "core/http/client/resolver.h"

#include "core/http/client/name_cache.h"
#include "tests/support/eventually.h"
#include "tests/support/fake_dns.h"
#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

using test::FakeDns;

class ResolverTest : public FiberFixture {
 protected:
  std::unique_ptr<Resolver> make() {
    ResolverOptions options;
    options.servers = dns.address();
    options.attempt_timeout = 50ms;  // The system's time: c-ares has its own clock.
    options.attempts = 2;
    return std::make_unique<Resolver>(*loop, options);
  }
  // "127.0.0.1 ::1", or the failure's text.
  std::string look_up(const std::string& host, Duration within = 10s) {
    std::string said = "cancelled";
    run([&] { said = text_of(resolver->resolve(host, clock.now() + within)); });
    return said;
  }
  static std::string text_of(const NameAnswer& answer) {
    if (!answer) return answer.error().text;
    std::string text;
    for (Address address : *answer) {
      address.set_port(1);
      text += (text.empty() ? "" : " ") + address.text();
    }
    return text;
  }

  FakeDns dns;
  std::unique_ptr<Resolver> resolver = make();
};

TEST_F(ResolverTest, NumericAddressesAndLocalhostAskNobody) {
  EXPECT_EQ(look_up("192.0.2.7"), "192.0.2.7:1");
  EXPECT_EQ(look_up("2001:db8::7"), "[2001:db8::7]:1");
  EXPECT_EQ(look_up("localhost"), "127.0.0.1:1 [::1]:1");
  EXPECT_EQ(look_up("api.localhost"), "127.0.0.1:1 [::1]:1");
  EXPECT_EQ(resolver->asked(), 0u);
  EXPECT_EQ(dns.asked(), 0);
}

TEST_F(ResolverTest, ANameHasTheAddressesThatTheServerSays) {
  dns.set("prices.test", {.addresses = {"127.0.0.2"}});
  EXPECT_EQ(look_up("prices.test"), "127.0.0.2:1");
  dns.set("both.test", {.addresses = {"127.0.0.3", "::1"}});
  const std::string both = look_up("both.test");
  EXPECT_NE(both.find("127.0.0.3:1"), both.npos) << both;
  EXPECT_NE(both.find("[::1]:1"), both.npos) << both;
}

TEST_F(ResolverTest, AnAnswerIsKeptForItsTtl) {
  dns.set("prices.test", {.addresses = {"127.0.0.2"}, .ttl_s = 20});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(look_up("prices.test"), "127.0.0.2:1");
  EXPECT_EQ(resolver->asked(), 1u);
  dns.set("prices.test", {.addresses = {"127.0.0.9"}, .ttl_s = 0});
  clock.advance(19s);
  EXPECT_EQ(look_up("prices.test"), "127.0.0.2:1");
  clock.advance(2s);
  EXPECT_EQ(look_up("prices.test"), "127.0.0.9:1");
  EXPECT_EQ(look_up("prices.test"), "127.0.0.9:1");
  EXPECT_EQ(resolver->asked(), 3u);  // A TTL of 0 is not kept.
}

TEST_F(ResolverTest, ANameThatDoesNotExistIsRememberedForAMoment) {
  EXPECT_EQ(look_up("nobody.test"), "resolve nobody.test: no such name");
  EXPECT_EQ(look_up("nobody.test"), "resolve nobody.test: no such name");
  EXPECT_EQ(resolver->asked(), 1u);
  dns.set("nobody.test", {.addresses = {"127.0.0.2"}});
  clock.advance(6s);
  EXPECT_EQ(look_up("nobody.test"), "127.0.0.2:1");
}

TEST_F(ResolverTest, ANameWithoutAddressesSaysSo) {
  dns.set("mail.test", {.addresses = {}});
  EXPECT_EQ(look_up("mail.test"), "resolve mail.test: the name has no address");
}

TEST_F(ResolverTest, ManyWhoAskAtOnceAskOnce) {
  dns.set("prices.test", {.addresses = {"127.0.0.2"}, .ttl_s = 0});
  int answered = 0;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(fibers.spawn([&] {
      EXPECT_EQ(text_of(resolver->resolve("prices.test", clock.now() + 10s)), "127.0.0.2:1");
      ++answered;
    }));
  }
  ASSERT_TRUE(turn_until([&] { return answered == 50; }));
  EXPECT_EQ(resolver->asked(), 1u);
}

TEST_F(ResolverTest, ASilentServerEndsAtTheCallersDeadline) {
  dns.set("silent.test", {.silent = true});
  std::optional<NameAnswer> answer;
  ASSERT_TRUE(fibers.spawn([&] { answer = resolver->resolve("silent.test", clock.now() + 30ms); }));
  ASSERT_TRUE(turn_until([&] { return dns.asked() > 0; }));
  EXPECT_FALSE(answer);
  pass(31ms);
  ASSERT_TRUE(answer && !*answer);
  EXPECT_EQ(answer->error().kind, ClientFailure::Kind::timeout_resolve);
  EXPECT_EQ(answer->error().text, "resolve silent.test: no answer in time");
}

TEST_F(ResolverTest, ASilentServerIsGivenUpByItself) {
  dns.set("silent.test", {.silent = true});
  std::optional<NameAnswer> answer;
  ASSERT_TRUE(fibers.spawn([&] { answer = resolver->resolve("silent.test", clock.now() + 24h); }));
  // c-ares counts its attempts by the system's time, and its timer here is on the test's.
  ASSERT_TRUE(testing::eventually([&] {
    clock.advance(10ms);
    turn();
    return answer.has_value();
  }));
  ASSERT_FALSE(*answer);
  EXPECT_EQ(answer->error().kind, ClientFailure::Kind::resolve);
}

TEST_F(ResolverTest, ACancelledFiberLeavesAndTheOthersAreAnswered) {
  dns.set("prices.test", {.silent = true});
  bool unwound = false;
  Fiber* const fiber = start([&] {
    try {
      (void)resolver->resolve("prices.test", clock.now() + 1h);
    } catch (const Cancelled&) {
      unwound = true;
      throw;
    }
  });
  fiber->cancel(CancelReason::client_gone);
  EXPECT_TRUE(unwound);
  EXPECT_EQ(fibers.live(), 0u);
}

TEST(NameCacheTest, WhatEndsSoonestMakesRoom) {
  NameCache cache(2);
  const Instant now(1h);
  cache.keep("a", std::vector<Address>(), now + 3s, now);
  cache.keep("b", std::vector<Address>(), now + 1s, now);
  cache.keep("c", std::vector<Address>(), now + 2s, now);
  EXPECT_NE(cache.find("a", now), nullptr);
  EXPECT_EQ(cache.find("b", now), nullptr);
  EXPECT_NE(cache.find("c", now), nullptr);
  EXPECT_EQ(cache.find("c", now + 2s), nullptr);
  EXPECT_EQ(cache.size(), 1u);
}

}  // namespace
}  // namespace svc
