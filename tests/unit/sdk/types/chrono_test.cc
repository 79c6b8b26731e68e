#include "core/sdk/types/chrono.h"

#include <gtest/gtest.h>

#include "tests/unit/sdk/types/judge.h"

namespace svc {
namespace {

using namespace std::chrono_literals;
using std::chrono::hh_mm_ss;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::sys_time;
using std::chrono::year_month_day;
using testing::again;
using testing::from_text;
using testing::judge;

template <class D>
using At = sys_time<D>;

TEST(Chrono, PointsInTimeAreReadAndWrittenInUtc) {
  using Millis = At<std::chrono::milliseconds>;
  EXPECT_EQ(again<sys_seconds>(R"("2026-01-31T12:00:00Z")"), R"("2026-01-31T12:00:00Z")");
  EXPECT_EQ(again<sys_seconds>(R"("2026-01-31T13:30:00+01:30")"), R"("2026-01-31T12:00:00Z")");
  EXPECT_EQ(again<sys_seconds>(R"("2025-12-31T23:00:00-02:00")"), R"("2026-01-01T01:00:00Z")");
  EXPECT_EQ(again<sys_seconds>(R"("1969-12-31 23:59:59z")"), R"("1969-12-31T23:59:59Z")");
  EXPECT_EQ(again<Millis>(R"("2026-01-31T12:00:00Z")"), R"("2026-01-31T12:00:00.000Z")");
  EXPECT_EQ(again<Millis>(R"("1969-12-31T23:59:59.5Z")"), R"("1969-12-31T23:59:59.500Z")");
  EXPECT_EQ(again<Millis>(R"("2026-01-31t12:00:00.123999999999999Z")"),
            R"("2026-01-31T12:00:00.123Z")");
  EXPECT_EQ(again<At<std::chrono::nanoseconds>>(R"("2026-01-31T12:00:00.000000001Z")"),
            R"("2026-01-31T12:00:00.000000001Z")");
  sys_seconds time;
  EXPECT_EQ(judge(R"("2026-01-31T12:00:00Z")", &time), "ok");
  EXPECT_EQ(time, sys_days(std::chrono::January / 31 / 2026) + 12h);
}

TEST(Chrono, WhatIsNoPointInTimeIsRefused) {
  for (const char* text :
       {"2026-01-31", "2026-01-31T12:00:00", "2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z",
        "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-06-30T23:59:60Z",
        "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00+1:00", "2026-01-31T12:00:00Z ",
        " 2026-01-31T12:00:00Z", "26-01-31T12:00:00Z", "2026-1-31T12:00:00Z", "1767225600",
        "2026-01-31T12:00:00+24:00", "", "T", "2026-01-31T12:00:00ZZ", "-2026-01-31T12:00:00Z"}) {
    EXPECT_EQ(from_text<sys_seconds>(text), "text datetime_parsing") << text;
  }
  EXPECT_EQ(judge<sys_seconds>("1767225600"), "body string_type");
  EXPECT_EQ(judge<At<std::chrono::nanoseconds>>(R"("9999-01-01T00:00:00Z")"),
            "body datetime_parsing")
      << "64 bits of nanoseconds end in 2262";
}

TEST(Chrono, DatesAndTimesOfDay) {
  EXPECT_EQ(again<year_month_day>(R"("2024-02-29")"), R"("2024-02-29")");
  EXPECT_EQ(again<sys_days>(R"("1969-12-31")"), R"("1969-12-31")");
  EXPECT_EQ(again<year_month_day>(R"("0001-01-01")"), R"("0001-01-01")");
  EXPECT_EQ(judge<year_month_day>(R"("2023-02-29")"), "body date_parsing");
  EXPECT_EQ(judge<sys_days>(R"("2023-02-28T00:00:00Z")"), "body date_parsing");
  EXPECT_EQ(again<hh_mm_ss<std::chrono::seconds>>(R"("14:23:55")"), R"("14:23:55")");
  EXPECT_EQ(again<hh_mm_ss<std::chrono::seconds>>(R"("14:23")"), R"("14:23:00")");
  EXPECT_EQ(again<hh_mm_ss<std::chrono::milliseconds>>(R"("00:00:00.25")"), R"("00:00:00.250")");
  EXPECT_EQ(judge<hh_mm_ss<std::chrono::seconds>>(R"("24:00:00")"), "body time_parsing");
}

TEST(Chrono, DurationsAreIso8601AndNumbersAreSeconds) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  EXPECT_EQ(again<seconds>(R"("PT5M")"), R"("PT5M")");
  EXPECT_EQ(again<seconds>("300"), R"("PT5M")");
  EXPECT_EQ(again<milliseconds>("300"), R"("PT5M")") << "seconds, whatever the type's unit is";
  EXPECT_EQ(again<milliseconds>("0.1"), R"("PT0.1S")");
  EXPECT_EQ(again<milliseconds>(R"("250ms")"), R"("PT0.25S")");
  EXPECT_EQ(again<seconds>(R"("1m30s")"), R"("PT1M30S")");
  EXPECT_EQ(again<seconds>(R"("P1W2DT3H4M5S")"), R"("P9DT3H4M5S")");
  EXPECT_EQ(again<seconds>(R"("-PT1.0S")"), R"("-PT1S")");
  EXPECT_EQ(again<milliseconds>(R"("-PT0.25S")"), R"("-PT0.25S")");
  EXPECT_EQ(again<seconds>("-90"), R"("-PT1M30S")");
  EXPECT_EQ(again<seconds>("0"), R"("PT0S")");
  EXPECT_EQ(again<std::chrono::hours>(R"("P1D")"), R"("P1D")");
  EXPECT_EQ(again<std::chrono::duration<double>>("1.5"), R"("PT1.5S")");
  EXPECT_EQ(from_text<seconds>("90"), R"("PT1M30S")");
  EXPECT_EQ(to_json(std::chrono::hours::max()), R"("P106751991167300DT15H30M7S")");
}

TEST(Chrono, DurationThatItsTypeCantHoldIsRefused) {
  using std::chrono::seconds;
  for (const char* text : {R"("1.5s")", "1.5", R"("P")", R"("PT")", R"("P1Y")", R"("P1M")",
                           R"("5")", R"("PT1S1M")", R"("PT1M1M")", R"("P1DT")", R"("PT1.5M")",
                           R"("1 s")", R"("")", "1e300", R"("PT99999999999999999999S")", R"("P1H")",
                           R"("nan")", R"("inf")", R"("P99999999999999999D")"}) {
    const std::string verdict = judge<seconds>(text);
    EXPECT_EQ(verdict, std::string_view(text) == R"("5")" ? "ok" : "body time_delta_parsing")
        << text;
  }
  EXPECT_EQ(judge<std::chrono::hours>("60"), "body time_delta_parsing");
  EXPECT_EQ(judge<seconds>("true"), "body string_type");
  EXPECT_EQ((judge<std::chrono::duration<int8_t>>("128")), "body time_delta_parsing");
}

}  // namespace
}  // namespace svc
