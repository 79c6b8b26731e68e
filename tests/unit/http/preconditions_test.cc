#include "core/http/preconditions.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/http/http_date.h"

namespace svc {
namespace {

constexpr int64_t kModified = 784'111'777;
constexpr std::string_view kModifiedText = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view kEarlier = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr std::string_view kLater = "Mon, 07 Nov 1994 08:49:37 GMT";
constexpr int64_t kToday = 1'795'000'000;

using FieldList = std::vector<HeaderField>;

Precondition judge(const FieldList& fields, Method method = Method::get,
                   const Validators& now_is = {.etag = "\"v1\"", .modified_s = kModified}) {
  RequestHead head;
  head.method = method;
  head.headers = fields;
  return check_preconditions(head, now_is, kToday);
}

bool still_fits(const FieldList& fields, std::string etag = "\"v1\"", int64_t now_s = kToday) {
  RequestHead head;
  head.headers = fields;
  return range_still_fits(head, {.etag = std::move(etag), .modified_s = kModified}, now_s);
}

TEST(Preconditions, HoldWithoutAny) { EXPECT_EQ(judge({}), Precondition::holds); }

TEST(Preconditions, NoneMatchComparesWeaklyAndOverAllLines) {
  for (const std::string_view value :
       {"\"v1\"", "W/\"v1\"", "*", "\"a\", \"v1\"", "\"a,b\" , W/\"v1\",\"c\"", ",, \"v1\""}) {
    EXPECT_EQ(judge({{"if-none-match", value}}), Precondition::not_modified) << value;
    EXPECT_EQ(judge({{"If-None-Match", value}}, Method::head), Precondition::not_modified);
    EXPECT_EQ(judge({{"If-None-Match", value}}, Method::put), Precondition::failed) << value;
  }
  EXPECT_EQ(judge({{"If-None-Match", "\"a\""}, {"If-None-Match", "\"v1\""}}),
            Precondition::not_modified);
  for (const std::string_view value : {"\"v2\"", "v1", "\"v1", "w/\"v1\"", "", "\"V1\"", "\"v\""}) {
    EXPECT_EQ(judge({{"If-None-Match", value}}), Precondition::holds) << value;
  }
}

TEST(Preconditions, MatchComparesStrongly) {
  EXPECT_EQ(judge({{"If-Match", "\"v1\""}}), Precondition::holds);
  EXPECT_EQ(judge({{"If-Match", "*"}}), Precondition::holds);
  EXPECT_EQ(judge({{"If-Match", "\"a\", \"v1\""}}), Precondition::holds);
  EXPECT_EQ(judge({{"If-Match", "W/\"v1\""}}), Precondition::failed);
  EXPECT_EQ(judge({{"If-Match", "\"v1\""}}, Method::get, {.etag = "W/\"v1\""}),
            Precondition::failed);
  EXPECT_EQ(judge({{"If-Match", "*"}}, Method::put, {.exists = false}), Precondition::failed);
  EXPECT_EQ(judge({{"If-None-Match", "*"}}, Method::put, {.exists = false}), Precondition::holds);
}

TEST(Preconditions, DatesCompareBySecond) {
  EXPECT_EQ(judge({{"If-Modified-Since", kModifiedText}}), Precondition::not_modified);
  EXPECT_EQ(judge({{"If-Modified-Since", kLater}}), Precondition::not_modified);
  EXPECT_EQ(judge({{"If-Modified-Since", kEarlier}}), Precondition::holds);
  EXPECT_EQ(judge({{"If-Modified-Since", kLater}}, Method::post), Precondition::holds);
  EXPECT_EQ(judge({{"If-Modified-Since", "soon"}}), Precondition::holds);
  EXPECT_EQ(judge({{"If-Unmodified-Since", kEarlier}}), Precondition::failed);
  EXPECT_EQ(judge({{"If-Unmodified-Since", kModifiedText}}), Precondition::holds);
  EXPECT_EQ(judge({{"If-Unmodified-Since", "never"}}), Precondition::holds);
}

// RFC 9110 13.2.2: a tag overrules the date of its kind, and the client's right to act comes first.
TEST(Preconditions, AreAskedInTheOrderOfTheRfc) {
  EXPECT_EQ(judge({{"If-Modified-Since", kLater}, {"If-None-Match", "\"v2\""}}),
            Precondition::holds);
  EXPECT_EQ(judge({{"If-Unmodified-Since", kEarlier}, {"If-Match", "\"v1\""}}),
            Precondition::holds);
  EXPECT_EQ(judge({{"If-None-Match", "\"v1\""}, {"If-Match", "\"v2\""}}), Precondition::failed);
  EXPECT_EQ(judge({{"If-None-Match", "\"v1\""}, {"If-Match", "\"v1\""}}),
            Precondition::not_modified);
}

TEST(Preconditions, ARangeFitsTheSameStrongVersionOnly) {
  EXPECT_TRUE(still_fits({}));
  EXPECT_TRUE(still_fits({{"If-Range", "\"v1\""}}));
  EXPECT_FALSE(still_fits({{"If-Range", "\"v2\""}}));
  EXPECT_FALSE(still_fits({{"If-Range", "W/\"v1\""}}, "W/\"v1\""));
  EXPECT_TRUE(still_fits({{"If-Range", kModifiedText}}));
  EXPECT_FALSE(still_fits({{"If-Range", kLater}}));
  EXPECT_FALSE(still_fits({{"If-Range", kModifiedText}}, "\"v1\"", kModified));
  EXPECT_FALSE(still_fits({{"If-Range", "nonsense"}}));
}

TEST(Preconditions, KnowAnEntityTag) {
  EXPECT_TRUE(is_etag("\"\""));
  EXPECT_TRUE(is_etag("W/\"a!b\""));
  for (const std::string_view text :
       {"", "a", "\"a", "\"a\"b", "\"a b\"", "\"a\nb\"", "W/", "\""}) {
    EXPECT_FALSE(is_etag(text)) << text;
  }
}

}  // namespace
}  // namespace svc
