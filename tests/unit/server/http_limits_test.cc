#include "core/server/http_limits.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

using namespace std::chrono_literals;

// The defaults stand in the table of settings and in HttpLimits: they must be the same.
TEST(HttpLimits, DefaultsOfTheTableAreTheServersOwn) {
  const HttpLimits from_table = http_limits(ServiceConfig{});
  const HttpLimits own;
  EXPECT_EQ(from_table.request_line_max, own.request_line_max);
  EXPECT_EQ(from_table.header_field_max, own.header_field_max);
  EXPECT_EQ(from_table.headers_max, own.headers_max);
  EXPECT_EQ(from_table.header_count_max, own.header_count_max);
  EXPECT_EQ(from_table.body_max, own.body_max);
  EXPECT_EQ(from_table.header_timeout, own.header_timeout);
  EXPECT_EQ(from_table.body_timeout, own.body_timeout);
  EXPECT_EQ(from_table.body_min_rate, own.body_min_rate);
  EXPECT_EQ(from_table.send_timeout, own.send_timeout);
  EXPECT_EQ(from_table.request_timeout, own.request_timeout);
  EXPECT_EQ(from_table.keepalive_timeout, own.keepalive_timeout);
  EXPECT_EQ(from_table.keepalive_requests, own.keepalive_requests);
  EXPECT_EQ(from_table.connections_max, own.connections_max);
  EXPECT_EQ(from_table.requests_max, own.requests_max);
}

TEST(HttpLimits, EverySettingArrives) {
  ServiceConfig service;
  service.connections_max = 1;
  service.http.request_line_max = 2;
  service.http.header_field_max = 3;
  service.http.headers_max = 4;
  service.http.header_count_max = 5;
  service.http.body_max = 6;
  service.http.header_timeout = 7ms;
  service.http.body_timeout = 8ms;
  service.http.body_min_rate = 9;
  service.http.send_timeout = 10ms;
  service.http.request_timeout = 11ms;
  service.http.keepalive_timeout = 12ms;
  service.http.keepalive_requests = 13;
  service.http.requests_max = 14;
  const HttpLimits limits = http_limits(service);
  EXPECT_EQ(limits.connections_max, 1u);
  EXPECT_EQ(limits.request_line_max, 2u);
  EXPECT_EQ(limits.header_field_max, 3u);
  EXPECT_EQ(limits.headers_max, 4u);
  EXPECT_EQ(limits.header_count_max, 5u);
  EXPECT_EQ(limits.body_max, 6u);
  EXPECT_EQ(limits.header_timeout, 7ms);
  EXPECT_EQ(limits.body_timeout, 8ms);
  EXPECT_EQ(limits.body_min_rate, 9u);
  EXPECT_EQ(limits.send_timeout, 10ms);
  EXPECT_EQ(limits.request_timeout, 11ms);
  EXPECT_EQ(limits.keepalive_timeout, 12ms);
  EXPECT_EQ(limits.keepalive_requests, 13u);
  EXPECT_EQ(limits.requests_max, 14u);
}

}  // namespace
}  // namespace svc
