#include "core/http/client/origin.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

// "origin target", or the error.
std::string parsed(std::string_view text) {
  const auto url = parse_client_url(text);
  return url ? url->origin.text() + " " + url->target() : url.error().text;
}

TEST(ClientUrlTest, OneOriginHasOneText) {
  EXPECT_EQ(parsed("http://prices"), "http://prices:80 /");
  EXPECT_EQ(parsed("HTTP://Prices:80/"), "http://prices:80 /");
  EXPECT_EQ(parsed("http://prices:8080/v1?a=b&c#top"), "http://prices:8080 /v1?a=b&c");
  EXPECT_EQ(parsed("http://prices?a"), "http://prices:80 /?a");
  EXPECT_EQ(parsed("https://prices/x"), "https://prices:443 /x");
  EXPECT_EQ(parsed("http://[::1]:81/x"), "http://[::1]:81 /x");
  EXPECT_EQ(parsed("http://127.0.0.1/a%20b"), "http://127.0.0.1:80 /a%20b");
  EXPECT_EQ(parsed("unix:/run/users.sock"), "unix:/run/users.sock /");
  EXPECT_EQ(parsed("unix:/run/users.sock:/v1?x"), "unix:/run/users.sock /v1?x");
  EXPECT_EQ(parsed("http+unix://%2Frun%2Fusers.sock/v1"), "unix:/run/users.sock /v1");
}

TEST(ClientUrlTest, TheHostFieldLeavesTheDefaultPortOut) {
  EXPECT_EQ(parse_client_url("http://prices")->origin.authority(), "prices");
  EXPECT_EQ(parse_client_url("http://prices:8080")->origin.authority(), "prices:8080");
  EXPECT_EQ(parse_client_url("https://prices")->origin.authority(), "prices");
  EXPECT_EQ(parse_client_url("http://[::1]:81")->origin.authority(), "[::1]:81");
  EXPECT_EQ(parse_client_url("unix:/run/x.sock")->origin.authority(), "localhost");
}

TEST(ClientUrlTest, WhatIsNoUrlIsRefusedWithAReason) {
  const auto refused = [](std::string_view text, std::string_view why) {
    const auto url = parse_client_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_NE(url.error().text.find(why), std::string::npos) << url.error().text;
  };
  refused("prices", "it has no scheme");
  refused("prices:8080", "\"//\" is missing");
  refused("http:/prices", "\"//\" is missing");
  refused("ftp://prices/", "its scheme is not");
  refused("http:///x", "it has no host");
  refused("http://:80/x", "it has no host");
  refused("http://user:secret@prices/", "user information");
  refused("http://prices:0/", "its port");
  refused("http://prices:65536/", "its port");
  refused("http://prices:80x/", "its port");
  refused("http://pri ces/", "its host");
  refused("http://-prices/", "its host");
  refused("http://a..b/", "its host");
  refused("http://[::1/", "no \"]\"");
  refused("http://[127.0.0.1]/", "no IPv6 address");
  refused("http://[::1]x/", "only a port");
  refused("http://prices/a b", "a character that no URL has");
  refused("http://prices/a\r\nX: y", "a character that no URL has");
  refused("http://prices/%zz", "a character that no URL has");
  refused("http://prices/\xc3\xa9", "a character that no URL has");
  refused("unix:run/x.sock", "not absolute");
  refused("unix:/" + std::string(200, 'x'), "too long");
  refused("http+unix://%zz/", "not percent-encoded");
}

}  // namespace
}  // namespace svc
