#include "core/server/proxy_rules.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(ProxyRules, NobodyIsTrustedByDefault) {
  const auto rules = proxy_rules(ServiceConfig{});
  ASSERT_TRUE(rules);
  EXPECT_TRUE(rules->trusted.empty());
  EXPECT_FALSE(rules->protocol);
  EXPECT_FALSE(rules->host);
  EXPECT_EQ(rules->field, ForwardedField::x_forwarded);
}

TEST(ProxyRules, EverySettingArrives) {
  ServiceConfig service;
  service.proxy = {{"10.0.0.0/8"}, ForwardedBy::forwarded, OnOff::on, OnOff::off};
  auto rules = proxy_rules(service);
  ASSERT_TRUE(rules);
  EXPECT_TRUE(rules->trusted.has(Address::parse("10.1.2.3:4").value()));
  EXPECT_EQ(rules->field, ForwardedField::forwarded);
  EXPECT_TRUE(rules->host);
  EXPECT_FALSE(rules->protocol);
  service.proxy = {{"unix:"}, ForwardedBy::none, OnOff::off, OnOff::on};
  rules = proxy_rules(service);
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->field, ForwardedField::none);
  EXPECT_FALSE(rules->host);
  EXPECT_TRUE(rules->protocol);
  service.proxy.trusted = {"nobody"};
  EXPECT_FALSE(proxy_rules(service));
}

}  // namespace
}  // namespace svc
