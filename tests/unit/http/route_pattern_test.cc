#include "core/http/route_pattern.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

using SegmentKind = PatternSegment::Kind;

TEST(RoutePattern, IsTakenApartAtItsSlashes) {
  const auto segments = parse_pattern("/a%20b//{id}/{rest...}");
  ASSERT_TRUE(segments);
  ASSERT_EQ(segments->size(), 4u);
  EXPECT_EQ((*segments)[0].text, "a b");
  EXPECT_EQ((*segments)[1].text, "");
  EXPECT_EQ((*segments)[2].kind, SegmentKind::parameter);
  EXPECT_EQ((*segments)[2].text, "id");
  EXPECT_EQ((*segments)[3].kind, SegmentKind::wildcard);
  EXPECT_EQ((*segments)[3].text, "rest");
}

TEST(RoutePattern, OfTheRootIsOneEmptySegment) {
  ASSERT_EQ(parse_pattern("/")->size(), 1u);
  EXPECT_EQ(parse_pattern("/a/")->size(), 2u);
}

TEST(RoutePattern, SaysWhatIsWrong) {
  for (const auto* pattern :
       {"",          "a",        "*",        "/{",          "/}",     "/{}",   "/a{b}",
        "/{a}b",     "/{a",      "/a}",      "/{1a}",       "/{a-b}", "/{a.}", "/{...}",
        "/{a...}/b", "/{a...}/", "/{a}/{a}", "/{a}/{a...}", "/a?b",   "/a#b",  "/a%2Fb",
        "/a%",       "/a%zz",    "/a\nb",    "/{a}{b}"}) {
    const auto segments = parse_pattern(pattern);
    ASSERT_FALSE(segments) << pattern;
    EXPECT_TRUE(segments.error().text.starts_with("route \"" + std::string(pattern) + "\": "));
  }
}

TEST(RoutePattern, IsBoundedInItsParameters) {
  std::string pattern;
  for (int i = 0; i < 16; ++i) pattern += "/{p" + std::to_string(i) + "}";
  EXPECT_TRUE(parse_pattern(pattern));
  EXPECT_FALSE(parse_pattern(pattern + "/{q}"));
}

}  // namespace
}  // namespace svc
