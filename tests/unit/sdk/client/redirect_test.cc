// Where a redirect leads, and which are refused.
#include "core/sdk/client/redirect.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

Origin origin(std::string_view url) { return parse_client_url(url).value().origin; }

// "METHOD url", with " -body" where the body is dropped; "!" and the reason where it isn't
// followed.
std::string follow(int status, std::string_view location, std::string_view method = "GET",
                   std::string_view from = "http://a:8080", std::string_view target = "/b/c?q=1") {
  const auto hop = follow_redirect(status, location, method, origin(from), target);
  if (!hop) return "!" + hop.error().text;
  return hop->method + " " + hop->origin.text() + hop->target + (hop->drop_body ? " -body" : "") +
         (hop->same_origin ? "" : " other");
}

TEST(Redirect, ResolvesLocations) {
  EXPECT_EQ(follow(302, "/x?y"), "GET http://a:8080/x?y");
  EXPECT_EQ(follow(302, "x"), "GET http://a:8080/b/x");
  EXPECT_EQ(follow(302, "../x/./y#part"), "GET http://a:8080/x/y");
  EXPECT_EQ(follow(302, "../../../x"), "GET http://a:8080/x");
  EXPECT_EQ(follow(302, "?page=2"), "GET http://a:8080/b/c?page=2");
  EXPECT_EQ(follow(302, "#top"), "GET http://a:8080/b/c?q=1");
  EXPECT_EQ(follow(302, "//other/x"), "GET http://other:80/x other");
  EXPECT_EQ(follow(302, "http://A:8080"), "GET http://a:8080/");
  EXPECT_EQ(follow(302, "/x", "GET", "unix:/run/s.sock"), "GET unix:/run/s.sock/x");
}

TEST(Redirect, KeepsOrChangesTheMethod) {
  EXPECT_EQ(follow(301, "/x", "POST"), "GET http://a:8080/x -body");
  EXPECT_EQ(follow(302, "/x", "POST"), "GET http://a:8080/x -body");
  EXPECT_EQ(follow(302, "/x", "PUT"), "PUT http://a:8080/x");
  EXPECT_EQ(follow(303, "/x", "PUT"), "GET http://a:8080/x -body");
  EXPECT_EQ(follow(303, "/x", "HEAD"), "HEAD http://a:8080/x");
  EXPECT_EQ(follow(307, "/x", "POST"), "POST http://a:8080/x");
  EXPECT_EQ(follow(308, "/x", "POST"), "POST http://a:8080/x");
}

TEST(Redirect, RefusesWhatIsNotSafe) {
  EXPECT_TRUE(follow(302, "").starts_with("!it redirects without"));
  EXPECT_TRUE(follow(302, "ftp://a/x").starts_with("!it redirects to an unusable"));
  EXPECT_TRUE(
      follow(302, "http://b/x", "GET", "https://a").starts_with("!it redirects from https"));
  EXPECT_TRUE(follow(302, "unix:/run/s.sock").starts_with("!it redirects to a Unix socket"));
  EXPECT_TRUE(follow(302, "/a b").starts_with("!"));
}

TEST(Redirect, OnlyStatusesThatNameAnotherPlace) {
  for (const int status : {301, 302, 303, 307, 308}) EXPECT_TRUE(is_redirect(status));
  for (const int status : {200, 300, 304, 305, 306}) EXPECT_FALSE(is_redirect(status));
}

TEST(Redirect, RemovesDotSegments) {
  EXPECT_EQ(remove_dot_segments("/a/b/c/./../../g"), "/a/g");  // RFC 3986 5.2.4.
  EXPECT_EQ(remove_dot_segments("/.."), "/");
  EXPECT_EQ(remove_dot_segments("/a/.."), "/");
  EXPECT_EQ(remove_dot_segments("/a/."), "/a/");
  EXPECT_EQ(remove_dot_segments("/a//b"), "/a//b");
}

}  // namespace
}  // namespace svc
