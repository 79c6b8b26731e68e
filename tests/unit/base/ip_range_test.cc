#include "core/base/ip_range.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

IpBytes ip_bytes(const std::string& literal) {
  IpBytes found{};
  if (::inet_pton(AF_INET6, literal.c_str(), found.data()) == 1) return found;
  found[10] = found[11] = 0xff;
  EXPECT_EQ(::inet_pton(AF_INET, literal.c_str(), &found[12]), 1) << literal;
  return found;
}

bool holds(const char* range, const char* address) {
  const auto parsed = IpRange::parse(range);
  EXPECT_TRUE(parsed) << parsed.error().text;
  return parsed && parsed->has(ip_bytes(address));
}

std::string range_refusal(std::string_view text) {
  const auto parsed = IpRange::parse(text);
  EXPECT_FALSE(parsed) << text;
  return parsed ? "" : parsed.error().text;
}

TEST(IpRange, HoldsWhatSharesItsPrefix) {
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(holds("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(holds("192.0.2.1", "192.0.2.0"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(holds("::1", "::1"));
  EXPECT_FALSE(holds("::1/128", "::2"));
}

TEST(IpRange, FamiliesAreApart) {
  EXPECT_TRUE(holds("0.0.0.0/0", "255.255.255.255"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.1.2.3")) << "the same address in other clothes";
}

TEST(IpRange, SaysWhatIsWrongAndWhatIsRight) {
  EXPECT_EQ(range_refusal("10.0.0.1/8"),
            "\"10.0.0.1/8\" is no range of addresses: it doesn't begin there; write 10.0.0.0/8 for "
            "all of it, or 10.0.0.1");
  EXPECT_NE(range_refusal("::ffff:10.0.0.1").find("write 10.0.0.1"), std::string::npos);
  EXPECT_NE(range_refusal("10.0.0.1:80").find("no port"), std::string::npos);
  EXPECT_NE(range_refusal("[::1]").find("no brackets"), std::string::npos);
  for (const char* text : {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/a", "10.0.0.0/8/8",
                           "::1/-1", "10.0.0.0/+8"})
    EXPECT_NE(range_refusal(text).find("bits"), std::string::npos) << text;
  for (const char* text : {"", "localhost", "*", "10.0", "10.0.0.256", "fe80::1%eth0", "/8"})
    EXPECT_NE(range_refusal(text).find("such as 10.0.0.0/8"), std::string::npos) << text;
  EXPECT_LT(range_refusal(std::string(1000, 'x')).size(), 200u);
  EXPECT_EQ(range_refusal("a\nb").find('\n'), std::string::npos);
}

}  // namespace
}  // namespace svc
