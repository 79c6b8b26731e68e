#include "core/sdk/problem.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace svc {
namespace {

TEST(Problem, HasTheMembersOfRfc9457) {
  const Problem problem = Problem(403, "not yours").type("https://x/y").title("No").with("id", 7);
  EXPECT_EQ(problem.response().status(), 403);
  EXPECT_EQ(problem.response().header("Content-Type"), "application/problem+json");
  EXPECT_EQ(problem.response().body(),
            R"({"type":"https://x/y","title":"No","status":403,"detail":"not yours","id":7})");
}

TEST(Problem, SaysItsTitleWhereItHasNoDetail) {
  EXPECT_STREQ(Problem(404).what(), "Not Found");
  EXPECT_STREQ(Problem(404).title("No such order").what(), "No such order");
  EXPECT_STREQ(Problem(404, "order 7 is gone").what(), "order 7 is gone");
  EXPECT_EQ(Problem(404).response().body(),
            R"({"type":"about:blank","title":"Not Found","status":404,"detail":"Not Found"})");
}

TEST(Problem, WithIssuesListsThem) {
  const Problem problem({Issue{{"body", size_t{0}}, "must be a string", "string_type"}});
  EXPECT_EQ(problem.status(), 422);
  EXPECT_STREQ(problem.what(), "body[0]: must be a string");
  EXPECT_EQ(problem.response().body(),
            R"({"detail":[{"loc":["body",0],"msg":"must be a string","type":"string_type"}]})");
}

TEST(Problem, OfAnotherStatusIsAMistake) {
  EXPECT_THROW(Problem(200), std::invalid_argument);
  EXPECT_THROW(Problem(600), std::invalid_argument);
  EXPECT_EQ(Problem(599).title(), "Error");
}

TEST(Problem, HeaderIsCheckedWhereItIsAdded) {
  EXPECT_THROW(Problem(400).header("X", "a\r\nb"), std::invalid_argument);
}

}  // namespace
}  // namespace svc
