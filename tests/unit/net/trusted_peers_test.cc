#include "core/net/trusted_peers.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TrustedPeers trusted(std::vector<std::string> texts) {
  auto parsed = TrustedPeers::parse(texts);
  EXPECT_TRUE(parsed) << parsed.error().text;
  return parsed.value_or(TrustedPeers());
}

Address peer(std::string_view text) { return Address::parse(text).value(); }

TEST(TrustedPeers, IsNobodyUnlessSomebodyIsNamed) {
  EXPECT_TRUE(TrustedPeers().empty());
  EXPECT_FALSE(TrustedPeers().has(peer("127.0.0.1:1")));
  EXPECT_FALSE(trusted({}).has(peer("unix:@x")));
}

TEST(TrustedPeers, KnowsAddressesRangesAndUnixSockets) {
  const TrustedPeers some = trusted({"10.0.0.0/8", "::1"});
  EXPECT_TRUE(some.has(peer("10.1.2.3:4000")));
  EXPECT_TRUE(some.has(peer("[::1]:4000")));
  EXPECT_FALSE(some.has(peer("127.0.0.1:4000")));
  EXPECT_FALSE(some.has(peer("unix:/run/x.sock")));
  EXPECT_FALSE(some.has(Address()));
  const TrustedPeers local = trusted({"unix:"});
  EXPECT_TRUE(local.has(peer("unix:/run/x.sock")));
  EXPECT_FALSE(local.has(peer("127.0.0.1:4000")));
}

TEST(TrustedPeers, RefusesWhatItWouldNotMatch) {
  const std::vector<std::string> path = {"10.0.0.0/8", "unix:/run/nginx.sock"};
  const auto refused = TrustedPeers::parse(path);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find("write \"unix:\""), std::string::npos);
  const std::vector<std::string> name = {"localhost"};
  EXPECT_FALSE(TrustedPeers::parse(name));
}

TEST(Address, IsMadeOfALiteralThatOthersWrote) {
  EXPECT_EQ(Address::from_ip("192.0.2.1", 80)->text(), "192.0.2.1:80");
  EXPECT_EQ(Address::from_ip("2001:db8::1", 0)->text(), "[2001:db8::1]:0");
  EXPECT_EQ(Address::from_ip("::ffff:192.0.2.1", 80)->text(), "192.0.2.1:80");
  for (const std::string_view text :
       {std::string_view(), std::string_view("[::1]"), std::string_view("192.0.2.1\0x", 11),
        std::string_view("192.0.2"), std::string_view("fe80::1%lo")})
    EXPECT_FALSE(Address::from_ip(text, 0)) << text;
  EXPECT_FALSE(Address::from_ip(std::string(500, '1'), 0));
}

}  // namespace
}  // namespace svc
