#include "core/http/forwarded.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace svc {
namespace {

class Forwarded : public ::testing::Test {
 protected:
  Forwarded() {
    const std::vector<std::string> proxies = {"10.0.0.0/8", "2001:db8:1::/48"};
    rules_.trusted = TrustedPeers::parse(proxies).value();
  }

  ClientView view(std::vector<HeaderField> fields) {
    fields_ = std::move(fields);
    head_.headers = fields_;
    return client_view(rules_, head_, Address::parse("10.0.0.1:40000").value(), false);
  }
  std::string client(std::string_view value) { return view({{name_, value}}).peer.text(); }
  std::string client(std::vector<HeaderField> fields) {
    return view(std::move(fields)).peer.text();
  }

  static constexpr const char* kProxy = "10.0.0.1:40000";
  std::string_view name_ = "X-Forwarded-For";
  ProxyRules rules_;
  RequestHead head_;
  std::vector<HeaderField> fields_;
};

class Rfc7239 : public Forwarded {
 protected:
  Rfc7239() {
    rules_.field = ForwardedField::forwarded;
    rules_.host = true;
    name_ = "Forwarded";
  }
};

TEST_F(Forwarded, WithoutAnyTheProxyIsTheClient) {
  EXPECT_EQ(client(std::vector<HeaderField>{}), kProxy);
  EXPECT_EQ(view({}).origin.scheme, "http");
  EXPECT_EQ(view({}).origin.host, "");
}

TEST_F(Forwarded, TheFirstThatIsNotTrustedFromTheRightIsTheClient) {
  EXPECT_EQ(client("192.0.2.1"), "192.0.2.1:0");
  EXPECT_EQ(client("203.0.113.9, 192.0.2.1"), "192.0.2.1:0") << "the client made up the first";
  EXPECT_EQ(client("192.0.2.1, 10.0.0.2,10.0.0.3"), "192.0.2.1:0");
  EXPECT_EQ(client("10.0.0.3 , 10.0.0.2"), "10.0.0.3:0") << "all trusted: the farthest";
  EXPECT_EQ(client("203.0.113.9, 192.0.2.1, 2001:db8:1::7"), "192.0.2.1:0");
}

TEST_F(Forwarded, FieldsOfOneNameAreOneList) {
  EXPECT_EQ(
      client({{"x-forwarded-for", "203.0.113.9, 192.0.2.1"}, {"X-FORWARDED-FOR", "10.2.0.1"}}),
      "192.0.2.1:0");
}

TEST_F(Forwarded, NodesComeWithAndWithoutPorts) {
  EXPECT_EQ(client("192.0.2.1:4711"), "192.0.2.1:4711");
  EXPECT_EQ(client("2001:db8::1"), "[2001:db8::1]:0");
  EXPECT_EQ(client("[2001:db8::1]"), "[2001:db8::1]:0");
  EXPECT_EQ(client("[2001:db8::1]:4711"), "[2001:db8::1]:4711");
  EXPECT_EQ(client("::ffff:192.0.2.1"), "192.0.2.1:0");
  EXPECT_EQ(client("::ffff:10.0.0.9"), "10.0.0.9:0");
  EXPECT_EQ(client("192.0.2.1:_x"), "192.0.2.1:0");
}

TEST_F(Forwarded, RubbishEndsAtTheLastThatIsKnown) {
  for (const char* rubbish :
       {"unknown", "_hidden", "192.0.2", "192.0.2.1.1", "a b", "[192.0.2.1]", "[::1", "::1]",
        "[::1]80", "192.0.2.1 x", "\"192.0.2.1\"", "unix:", "192.0.2.1;", ":80", "[]", "1:2:3"}) {
    EXPECT_EQ(client(rubbish), kProxy) << rubbish;
    EXPECT_EQ(client("192.0.2.1, " + std::string(rubbish) + ", 10.0.0.2"), "10.0.0.2:0") << rubbish;
  }
  EXPECT_EQ(client(", ,192.0.2.1, ,"), "192.0.2.1:0") << "empty elements are none";
  EXPECT_EQ(client(","), kProxy);
}

TEST_F(Forwarded, LooksAtSoManyHopsAndNoMore) {
  std::string hops = "192.0.2.1";
  for (int i = 0; i < kHopsMax - 1; ++i) hops += ", 10.0.0.2";
  EXPECT_EQ(client(hops), "192.0.2.1:0");
  EXPECT_EQ(client(hops + ", 10.0.0.3"), "10.0.0.2:0");
  EXPECT_EQ(client("192.0.2.1" + std::string(32'000, ',')), kProxy);
}

TEST_F(Forwarded, TheNearestProxysWordOnSchemeCounts) {
  EXPECT_EQ(view({{"X-Forwarded-Proto", "https"}}).origin.scheme, "https");
  EXPECT_EQ(view({{"X-Forwarded-Proto", "HTTPS"}}).origin.scheme, "https");
  EXPECT_EQ(view({{"X-Forwarded-Proto", "https, http"}}).origin.scheme, "http");
  for (const char* odd : {"", "ftp", "https;", "javascript", "http,"})
    EXPECT_EQ(view({{"X-Forwarded-Proto", odd}}).origin.scheme, "http") << odd;
}

TEST_F(Forwarded, HostsCountOnlyWhereTheyAreAskedFor) {
  const std::vector<HeaderField> fields = {{"X-Forwarded-Host", "evil, shop.example"},
                                           {"X-Forwarded-Port", "8443"}};
  EXPECT_EQ(view(fields).origin.host, "");
  EXPECT_EQ(view(fields).origin.port, 0);
  rules_.host = true;
  EXPECT_EQ(view(fields).origin.host, "shop.example");
  EXPECT_EQ(view(fields).origin.port, 8443);
  EXPECT_EQ(view({{"X-Forwarded-Host", "a/b"}}).origin.host, "");
  EXPECT_EQ(view({{"X-Forwarded-Port", "65536"}}).origin.port, 0);
}

TEST_F(Forwarded, TheOtherKindIsTheClientsOwn) {
  EXPECT_EQ(client({{"Forwarded", "for=203.0.113.9;proto=https"}}), kProxy);
  rules_.field = ForwardedField::none;
  EXPECT_EQ(client("192.0.2.1"), kProxy);
}

TEST_F(Rfc7239, ReadsItsOwnExamples) {
  EXPECT_EQ(client("for=192.0.2.60;proto=http;by=203.0.113.43"), "192.0.2.60:0");
  EXPECT_EQ(client("For=\"[2001:db8:cafe::17]:4711\""), "[2001:db8:cafe::17]:4711");
  EXPECT_EQ(client("for=192.0.2.43, for=10.51.100.17"), "192.0.2.43:0");
  EXPECT_EQ(client("for=\"_gazonk\""), kProxy);
  EXPECT_EQ(client("for=_SEVKISEK;by=unknown, for=\"10.0.0.4:_p\""), "10.0.0.4:0");
}

TEST_F(Rfc7239, TheOutermostProxysWordOnSchemeAndHostCounts) {
  const ClientView seen = view({{name_,
                                 "for=203.0.113.9;proto=http;host=evil, "
                                 "for=192.0.2.1 ; proto=https; host=\"shop.example:8443\", "
                                 "for=10.0.0.2;proto=http;host=inner"}});
  EXPECT_EQ(seen.peer.text(), "192.0.2.1:0");
  EXPECT_EQ(seen.origin.scheme, "https");
  EXPECT_EQ(seen.origin.host, "shop.example:8443");
  EXPECT_EQ(view({{name_, "for=192.0.2.1, for=10.0.0.2;proto=https"}}).origin.scheme, "https");
  rules_.host = false;
  EXPECT_EQ(view({{name_, "for=192.0.2.1;host=a"}}).origin.host, "");
}

// Left of what the proxy appended stands whatever the client likes.
TEST_F(Rfc7239, AQuoteThatAClientLeavesOpenHidesNothing) {
  EXPECT_EQ(client("for=\"203.0.113.9, for=192.0.2.1"), "192.0.2.1:0");
  EXPECT_EQ(client("\", for=\"[2001:db8::1]\""), "[2001:db8::1]:0");
  EXPECT_EQ(client("x=\"\\, for=192.0.2.1;by=\"_a,b\""), "192.0.2.1:0");
  EXPECT_EQ(client("for=\"203.0.113.9\\\", for=10.0.0.2"), "10.0.0.2:0");
}

TEST_F(Rfc7239, RubbishEndsAtTheLastThatIsKnown) {
  for (const char* rubbish :
       {"for", "for=", "=1", "for=192.0.2.1;for=192.0.2.2", "for=192.0.2.1 proto=http",
        "for=\"192.0.2.1", "for=192.0.2.1\"", "for=\"\\1\\9\"", "fo r=192.0.2.1", "for=\"\"",
        "192.0.2.1", "for =192.0.2.1"}) {
    EXPECT_EQ(client(rubbish), kProxy) << rubbish;
  }
  EXPECT_EQ(client("for=192.0.2.1;"), "192.0.2.1:0");
  EXPECT_EQ(view({{name_, "proto=https"}}).origin.scheme, "https") << "without a for";
}

TEST_F(Rfc7239, TheOtherKindIsTheClientsOwn) {
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9"}}), kProxy);
  EXPECT_EQ(view({{"X-Forwarded-Proto", "https"}}).origin.scheme, "http");
}

}  // namespace
}  // namespace svc
