#include "core/http/http_date.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

constexpr int64_t kThen = 784'111'777;  // The example of RFC 9110 5.6.7.
constexpr int64_t kNow = 1'795'000'000;

TEST(HttpDate, WritesTheFixedForm) {
  EXPECT_EQ(date_text(http_date(kThen)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date_text(http_date(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(HttpDate, ReadsTheThreeForms) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow), kThen);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kThen);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", kNow), kThen);
  EXPECT_EQ(parse_http_date("Wed Nov 16 08:49:37 1994", kNow), kThen + 10 * 86'400);
}

TEST(HttpDate, ReadsWhatItWrites) {
  for (const int64_t moment :
       {int64_t{0}, int64_t{951'782'400}, kThen, kNow, int64_t{4'000'000'000}}) {
    EXPECT_EQ(parse_http_date(date_text(http_date(moment)), kNow), moment);
  }
}

TEST(HttpDate, TwoDigitsOfAYearAreAtMostFiftyYearsAhead) {
  EXPECT_EQ(parse_http_date("Monday, 06-Nov-76 00:00:00 GMT", kNow),
            parse_http_date("Fri, 06 Nov 2076 00:00:00 GMT", kNow));
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-77 00:00:00 GMT", kNow),
            parse_http_date("Sun, 06 Nov 1977 00:00:00 GMT", kNow));
}

TEST(HttpDate, RefusesWhatIsNoMoment) {
  for (const char* const text :
       {"", "Sun", "Sun,", "Sun, ", "yesterday", "Sun, 06 Nov 1994 08:49:37", "784111777",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 ovD 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun Nov 6 08:49:37 1994",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(parse_http_date(text, kNow), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace svc
