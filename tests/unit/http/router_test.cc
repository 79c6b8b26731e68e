#include "core/http/router.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

using MatchKind = RouteMatch::Kind;

class RouterTest : public ::testing::Test {
 protected:
  void add(std::string_view method, std::string_view pattern, uint32_t route) {
    const auto added = router_.add(method, pattern, route);
    ASSERT_TRUE(added) << added.error().text;
  }
  RouteMatch match(std::string_view method, std::string_view path) const {
    return router_.match(method_from(method), method, path);
  }
  // The route, or minus the kind.
  int route(std::string_view path, std::string_view method = "GET") const {
    const RouteMatch found = match(method, path);
    return found.kind == MatchKind::found ? static_cast<int>(found.route)
                                          : -static_cast<int>(found.kind);
  }
  static constexpr int kNotFound = -static_cast<int>(MatchKind::not_found);
  static constexpr int kNotAllowed = -static_cast<int>(MatchKind::method_not_allowed);

  Router router_;
};

TEST_F(RouterTest, PrefersLiteralsToParametersToWildcards) {
  add("GET", "/users/me", 1);
  add("GET", "/users/{id}", 2);
  add("GET", "/users/{path...}", 3);
  EXPECT_EQ(route("/users/me"), 1);
  EXPECT_EQ(route("/users/you"), 2);
  EXPECT_EQ(route("/users/you/too"), 3);
  EXPECT_EQ(route("/users/"), 3);
  EXPECT_EQ(route("/users"), kNotFound);
}

TEST_F(RouterTest, GoesBackWhereALiteralLeadsNowhere) {
  add("GET", "/a/b/d", 1);
  add("GET", "/a/{x}/c", 2);
  add("GET", "/{rest...}", 3);
  EXPECT_EQ(route("/a/b/d"), 1);
  EXPECT_EQ(route("/a/b/c"), 2);
  EXPECT_EQ(match("GET", "/a/b/c").parameters[0], "b");
  EXPECT_EQ(route("/a/b/e"), 3);
  EXPECT_EQ(match("GET", "/a/b/e").parameters.count(), 1u);
  EXPECT_EQ(match("GET", "/a/b/e").parameters[0], "a/b/e");
}

TEST_F(RouterTest, FallsBackToAPatternThatHasTheMethod) {
  add("POST", "/users/me", 1);
  add("GET", "/users/{id}", 2);
  add("PUT", "/users/{path...}", 3);
  EXPECT_EQ(route("/users/me", "POST"), 1);
  EXPECT_EQ(route("/users/me"), 2);
  EXPECT_EQ(route("/users/me", "HEAD"), 2);
  EXPECT_EQ(match("GET", "/users/me").parameters[0], "me");
  EXPECT_EQ(route("/users/me", "PUT"), 3);
  EXPECT_EQ(match("PUT", "/users/me").parameters.count(), 1u);
  EXPECT_EQ(route("/users/me", "DELETE"), kNotAllowed);
  EXPECT_EQ(match("OPTIONS", "/users/me").kind, MatchKind::options);
  EXPECT_EQ(router_.allow("/users/me"), "GET, HEAD, POST, PUT, OPTIONS");
  EXPECT_EQ(router_.allow("/users/you"), "GET, HEAD, PUT, OPTIONS");
  EXPECT_EQ(router_.allow("/users/you/too"), "PUT, OPTIONS");
}

TEST_F(RouterTest, FallsBackOutOfASubtreeThatLacksTheMethod) {
  add("POST", "/a/{x}/c", 1);
  add("*", "/{y}/b/c", 2);
  add("LINK", "/{rest...}", 3);
  EXPECT_EQ(route("/a/b/c", "POST"), 1);
  EXPECT_EQ(route("/a/b/c"), 2);
  EXPECT_EQ(match("GET", "/a/b/c").parameters[0], "a");
  EXPECT_EQ(route("/a/b/c", "LINK"), 3);
  EXPECT_EQ(route("/a/b/c", "OPTIONS"), 2);
  EXPECT_EQ(match("TRACE", "/a/b/c").kind, MatchKind::method_not_allowed);
  EXPECT_EQ(router_.allow("/a/b/c"), "GET, HEAD, POST, PUT, DELETE, PATCH, LINK, OPTIONS");
}

TEST_F(RouterTest, GivesParametersInOrderStillEncoded) {
  add("GET", "/{a}/x/{b}/{c...}", 1);
  const RouteMatch found = match("GET", "/1%2F/x/2/3//4/");
  ASSERT_EQ(found.kind, MatchKind::found);
  ASSERT_EQ(found.parameters.count(), 3u);
  EXPECT_EQ(found.parameters[0], "1%2F");
  EXPECT_EQ(found.parameters[1], "2");
  EXPECT_EQ(found.parameters[2], "3//4/");
}

TEST_F(RouterTest, NeverSplitsAtAnEncodedSlash) {
  add("GET", "/a/b", 1);
  add("GET", "/{x}", 2);
  EXPECT_EQ(route("/a%2Fb"), 2);
  EXPECT_EQ(route("/a%2fb"), 2);
  EXPECT_EQ(route("/a/b"), 1);
}

TEST_F(RouterTest, DecodesLettersOfLiterals) {
  add("GET", "/caf%C3%A9", 1);
  add("GET", "/a b", 2);
  EXPECT_EQ(route("/caf%c3%a9"), 1);
  EXPECT_EQ(route("/%63af%C3%A9"), 1);
  EXPECT_EQ(route("/a%20b"), 2);
  EXPECT_EQ(route("/a%20"), kNotFound);
  EXPECT_EQ(route("/a%20bc"), kNotFound);
  EXPECT_EQ(route("/%zz"), kNotFound);
}

TEST_F(RouterTest, TakesDotSegmentsForWhatTheyAre) {
  add("GET", "/secret", 1);
  add("GET", "/files/{path...}", 2);
  add("GET", "/one/{name}", 3);
  EXPECT_EQ(route("/files/../secret"), 2);
  EXPECT_EQ(route("/files/%2e%2e/secret"), 2);
  EXPECT_EQ(match("GET", "/files/../secret").parameters[0], "../secret");
  EXPECT_EQ(route("/./secret"), kNotFound);
  EXPECT_EQ(match("GET", "/one/..").parameters[0], "..");
}

TEST_F(RouterTest, TakesEmptySegmentsForSegments) {
  add("GET", "/", 1);
  add("GET", "/a", 2);
  add("GET", "/a/", 3);
  add("GET", "/a//b", 4);
  add("GET", "/p/{x}", 5);
  EXPECT_EQ(route("/"), 1);
  EXPECT_EQ(route("/a"), 2);
  EXPECT_EQ(route("/a/"), 3);
  EXPECT_EQ(route("/a//b"), 4);
  EXPECT_EQ(route("//"), kNotFound);
  EXPECT_EQ(route("//a"), kNotFound);
  EXPECT_EQ(route("/p/"), kNotFound);  // A parameter is never empty.
}

TEST_F(RouterTest, AnswersHeadWithGet) {
  add("GET", "/a", 1);
  add("GET", "/b", 2);
  add("HEAD", "/b", 3);
  add("POST", "/c", 4);
  EXPECT_EQ(route("/a", "HEAD"), 1);
  EXPECT_EQ(route("/b", "HEAD"), 3);
  EXPECT_EQ(route("/c", "HEAD"), kNotAllowed);
}

TEST_F(RouterTest, ListsWhatIsAllowed) {
  add("POST", "/a", 1);
  add("GET", "/a", 2);
  add("LINK", "/a", 3);
  add("*", "/any", 4);
  EXPECT_EQ(route("/a", "PUT"), kNotAllowed);
  EXPECT_EQ(router_.allow("/a"), "GET, HEAD, POST, LINK, OPTIONS");
  EXPECT_EQ(match("OPTIONS", "/a").kind, MatchKind::options);
  EXPECT_EQ(match("OPTIONS", "/none").kind, MatchKind::not_found);
  EXPECT_EQ(router_.allow("/any"), "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS");
}

TEST_F(RouterTest, LetsARouteAnswerOptionsItself) {
  add("OPTIONS", "/a", 1);
  add("*", "/any", 2);
  EXPECT_EQ(route("/a", "OPTIONS"), 1);
  EXPECT_EQ(route("/any", "OPTIONS"), 2);
}

TEST_F(RouterTest, PrefersAMethodToAnyMethod) {
  add("*", "/a", 1);
  add("GET", "/a", 2);
  EXPECT_EQ(route("/a"), 2);
  EXPECT_EQ(route("/a", "HEAD"), 2);
  EXPECT_EQ(route("/a", "PATCH"), 1);
}

TEST_F(RouterTest, RefusesTraceOnEveryPath) {
  add("*", "/a", 1);
  EXPECT_EQ(route("/a", "TRACE"), kNotAllowed);
  EXPECT_EQ(route("/none", "TRACE"), kNotAllowed);
  EXPECT_FALSE(router_.allow("/none").empty());
}

TEST_F(RouterTest, ImplementsOnlyMethodsThatARouteNames) {
  add("*", "/a", 1);
  EXPECT_EQ(match("FOO", "/a").kind, MatchKind::not_implemented);
  EXPECT_EQ(match("FOO", "/none").kind, MatchKind::not_implemented);
  EXPECT_EQ(match("get", "/a").kind, MatchKind::not_implemented);
  add("FOO", "/b", 2);
  EXPECT_EQ(match("FOO", "/a").kind, MatchKind::method_not_allowed);
  EXPECT_EQ(route("/b", "FOO"), 2);
  EXPECT_EQ(route("/none", "FOO"), kNotFound);
}

TEST_F(RouterTest, AnswersForTheServerAsAWhole) {
  EXPECT_EQ(match("OPTIONS", "*").kind, MatchKind::options);
  EXPECT_EQ(router_.allow("*"), "OPTIONS");
  add("GET", "/a", 1);
  add("PUT", "/b", 2);
  EXPECT_EQ(router_.allow("*"), "GET, HEAD, PUT, OPTIONS");
}

TEST_F(RouterTest, RefusesARouteThatIsThere) {
  add("GET", "/a/{id}", 1);
  add("FOO", "/a/{id}", 2);
  const auto again = router_.add("GET", "/a/{name}", 3);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().text.find("/a/{id}"), std::string::npos);
  EXPECT_NE(again.error().text.find("/a/{name}"), std::string::npos);
  EXPECT_FALSE(router_.add("FOO", "/a/{id}", 4));
  EXPECT_TRUE(router_.add("*", "/a/{id}", 5));
  EXPECT_FALSE(router_.add("*", "/a/{id}", 6));
  EXPECT_EQ(route("/a/x"), 1);
}

TEST_F(RouterTest, RefusesMethodsThatNoRouteCanHave) {
  EXPECT_FALSE(router_.add("TRACE", "/", 1));
  EXPECT_FALSE(router_.add("CONNECT", "/", 1));
  EXPECT_FALSE(router_.add("", "/", 1));
  EXPECT_FALSE(router_.add("GET POST", "/", 1));
}

TEST_F(RouterTest, CanBeMovedIntoPlace) {
  add("GET", "/a", 1);
  Router other = std::move(router_);
  EXPECT_EQ(other.match(Method::get, "GET", "/a").route, 1u);
}

}  // namespace
}  // namespace svc
