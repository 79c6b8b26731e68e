#include "core/sdk/cookie.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/sdk/response.h"

namespace svc {
namespace {

using std::chrono::hours;

TEST(SetCookie, HasDefaultsThatSuitASession) {
  EXPECT_EQ(set_cookie("id", "a1"), "id=a1; Path=/; HttpOnly; SameSite=Lax");
}

TEST(SetCookie, SaysWhatIsAskedFor) {
  EXPECT_EQ(set_cookie("id", "",
                       {.path = "",
                        .max_age = hours(1),
                        .domain = "example.org",
                        .http_only = false,
                        .secure = true,
                        .same_site = SameSite::none,
                        .partitioned = true}),
            "id=; Domain=example.org; Max-Age=3600; Secure; SameSite=None; Partitioned");
  EXPECT_EQ(set_cookie("id", "1", {.same_site = SameSite::unsaid}), "id=1; Path=/; HttpOnly");
}

TEST(SetCookie, RefusesWhatWouldEndAPartOfIt) {
  for (const char* const value : {"a;b", "a b", "a,b", "a\"b", "a\\b", "a\r\nX: y", "\x7f", "ä"}) {
    EXPECT_THROW(set_cookie("id", value), std::invalid_argument) << value;
  }
  for (const char* const name : {"", "a b", "a=b", "a;b", "a\n", "ä"}) {
    EXPECT_THROW(set_cookie(name, "1"), std::invalid_argument) << name;
  }
  EXPECT_THROW(set_cookie("id", "1", {.path = "/; Domain=x"}), std::invalid_argument);
  EXPECT_THROW(set_cookie("id", "1", {.domain = "x\r\ny"}), std::invalid_argument);
  EXPECT_THROW(set_cookie("id", std::string(4095, 'x')), std::invalid_argument);
  EXPECT_NO_THROW(set_cookie("id", std::string(4094, 'x')));
}

TEST(SetCookie, KeepsThePromisesOfANamesPrefix) {
  EXPECT_NO_THROW(set_cookie("__Host-id", "1", {.secure = true}));
  EXPECT_THROW(set_cookie("__Host-id", "1"), std::invalid_argument);
  EXPECT_THROW(set_cookie("__host-id", "1", {.path = "/x", .secure = true}), std::invalid_argument);
  EXPECT_THROW(set_cookie("__Host-id", "1", {.domain = "a.b", .secure = true}),
               std::invalid_argument);
  EXPECT_THROW(set_cookie("__Secure-id", "1"), std::invalid_argument);
  EXPECT_NO_THROW(set_cookie("__Secure-id", "1", {.path = "/x", .secure = true}));
  EXPECT_THROW(set_cookie("id", "1", {.same_site = SameSite::none}), std::invalid_argument);
  EXPECT_THROW(set_cookie("id", "1", {.partitioned = true}), std::invalid_argument);
}

TEST(SetCookie, IsTakenBackByTheSameNameAndPath) {
  Response response;
  response.forget_cookie("id", {.path = "/x"});
  EXPECT_EQ(response.header("Set-Cookie"), "id=; Path=/x; Max-Age=0; HttpOnly; SameSite=Lax");
}

}  // namespace
}  // namespace svc
