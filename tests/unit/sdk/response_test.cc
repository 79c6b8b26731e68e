#include "core/sdk/response.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace svc {
namespace {

TEST(Response, LastBodyAndItsTypeStay) {
  Response response(200);
  response.text("a").json(std::vector<int>{1});
  EXPECT_EQ(response.body(), "[1]");
  EXPECT_EQ(response.header("Content-Type"), "application/json");
  response.header("Content-Type", "text/csv");
  EXPECT_EQ(response.header("content-type"), "text/csv");
}

TEST(Response, OfAnotherStatusIsAMistakeWhereItIsMade) {
  for (const int status : {0, 100, 199, 600, 999}) {
    EXPECT_THROW(Response{status}, std::invalid_argument) << status;
    EXPECT_THROW(Response().status(status), std::invalid_argument) << status;
  }
  EXPECT_EQ(Response(599).status(), 599);
}

TEST(Response, CannotBeSplit) {
  EXPECT_THROW(Response().header("X", "a\r\nY: b"), std::invalid_argument);
  EXPECT_THROW(Response().header("X\r\n", "a"), std::invalid_argument);
  EXPECT_THROW(Response().header("Content-Length", "7"), std::invalid_argument);
  EXPECT_THROW(Response().body("x", "text/plain\r\nX: 1"), std::invalid_argument);
}

TEST(Response, CookiesAreChecked) {
  EXPECT_EQ(
      Response()
          .cookie("a", "b", {.path = "/x", .max_age = std::chrono::seconds(60), .secure = true})
          .header("Set-Cookie"),
      "a=b; Path=/x; Max-Age=60; HttpOnly; Secure; SameSite=Lax");
  EXPECT_THROW(Response().cookie("a", "b; Path=/"), std::invalid_argument);
  EXPECT_THROW(Response().cookie("a=", "b"), std::invalid_argument);
  EXPECT_THROW(Response().cookie("", "b"), std::invalid_argument);
  EXPECT_THROW(Response().cookie("a", "b", {.path = "/; Domain=x"}), std::invalid_argument);
}

TEST(Response, CookiesAreAddedAndHeadersReplaced) {
  Response response;
  response.cookie("a", "1").cookie("b", "2").header("X", "1").header("X", "2");
  EXPECT_EQ(response.header("X"), "2");
  EXPECT_NE(response.head().encoded().find("a=1"), std::string::npos);
  EXPECT_NE(response.head().encoded().find("b=2"), std::string::npos);
}

}  // namespace
}  // namespace svc
