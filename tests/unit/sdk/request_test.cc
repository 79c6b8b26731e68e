#include "core/sdk/request.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(Request, MediaTypesAreComparedWithoutParametersAndCase) {
  EXPECT_TRUE(is_media_type("Text/HTML ; charset=x", "text/html"));
  EXPECT_FALSE(is_media_type("text/htmlx", "text/html"));
  EXPECT_TRUE(is_json_type("application/problem+json"));
  EXPECT_FALSE(is_json_type("application/jsonx"));
  EXPECT_FALSE(is_json_type(""));
}

TEST(Request, CookiesAreFoundInTheirField) {
  EXPECT_EQ(find_cookie("a=1; b=2", "b"), "2");
  EXPECT_EQ(find_cookie("a=1;b=\"2\"", "b"), "2");
  EXPECT_EQ(find_cookie("a=b=c", "a"), "b=c");
  EXPECT_EQ(find_cookie("ab=1; b=", "b"), "");
  EXPECT_EQ(find_cookie("a; b ; ;;", "b"), std::nullopt);
  EXPECT_EQ(find_cookie("", "b"), std::nullopt);
}

TEST(Request, AnOriginHasThePortThatOneNeeds) {
  EXPECT_EQ(origin_text({"http", "a.example:81", 0}), "http://a.example:81");
  EXPECT_EQ(origin_text({"https", "a.example", 443}), "https://a.example");
  EXPECT_EQ(origin_text({"http", "a.example", 443}), "http://a.example:443");
  EXPECT_EQ(origin_text({"https", "a.example:1", 2}), "https://a.example:1");
  EXPECT_EQ(origin_text({"https", "[::1]", 8443}), "https://[::1]:8443");
  EXPECT_EQ(origin_text({"https", "[::1]:1", 8443}), "https://[::1]:1");
  EXPECT_EQ(origin_text({"https", "", 8443}), "");
}

}  // namespace
}  // namespace svc
