// chrono.h — times of <chrono> as texts: RFC 3339 and ISO 8601.
//
//   sys_seconds, sys_time<milliseconds>, …   "2026-01-31T12:00:00Z"; "…T13:00:00.5+01:00" is read
//   year_month_day, sys_days                 "2026-01-31"
//   hh_mm_ss<seconds>, …                     "12:00:00", "12:00"
//   seconds, milliseconds, …                 "PT1M30S"; "90s", "1m30s" and a number, always of
//                                            seconds whatever the unit of the type, are read too
//
// A point in time is written in UTC with as many decimals as its type has (milliseconds: three);
// further decimals of what is read are cut off. A duration that its type can't hold exactly is
// refused, as is what is out of range: no value is changed silently. Leap seconds are refused: no
// clock of <chrono> has a place for one.
// Why a number means seconds: a client must not need to know which C++ type the server chose; it is
// also what pydantic does.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ratio>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/base/api.h"
#include "core/sdk/types/kinds.h"

namespace svc::detail {

// Seconds and 0 … 999,999,999 ns after them: holds what any of the types holds.
struct SplitTime {
  int64_t seconds = 0;
  int32_t nanos = 0;
};

SVC_API bool parse_date_time(std::string_view text, SplitTime& out) noexcept;
SVC_API bool parse_date(std::string_view text, int64_t& days) noexcept;  // Since 1970.
SVC_API bool parse_time_of_day(std::string_view text, SplitTime& out) noexcept;
SVC_API bool parse_any_duration(std::string_view text, SplitTime& out) noexcept;
SVC_API bool duration_of_number(double seconds, SplitTime& out) noexcept;
// `decimals`: 0, 3, 6 or 9.
SVC_API void append_date_time(std::string& out, SplitTime time, int decimals);
SVC_API void append_date(std::string& out, int64_t days);
SVC_API void append_time_of_day(std::string& out, SplitTime time, int decimals);
SVC_API void append_duration(std::string& out, SplitTime time);

// `time` in units of num/den seconds, rounded down. False: out of 64 bits.
SVC_API bool to_units(SplitTime time, int64_t num, int64_t den, int64_t& count,
                      bool& exact) noexcept;
SVC_API SplitTime from_units(int64_t count, int64_t num, int64_t den) noexcept;

template <class Duration>
inline constexpr int kDecimals =
    std::ratio_greater_equal_v<typename Duration::period, std::ratio<1>> ? 0
    : std::ratio_greater_equal_v<typename Duration::period, std::milli>  ? 3
    : std::ratio_greater_equal_v<typename Duration::period, std::micro>  ? 6
                                                                         : 9;

template <class Rep, class Period>
bool store_duration(SplitTime time, std::chrono::duration<Rep, Period>& out, bool must_be_exact) {
  static_assert(std::ratio_greater_equal_v<Period, std::nano>,
                "svc: times finer than nanoseconds can't cross HTTP");
  if constexpr (std::is_floating_point_v<Rep>) {
    const std::chrono::duration<double> seconds(static_cast<double>(time.seconds) +
                                                time.nanos / 1e9);
    out = std::chrono::duration_cast<std::chrono::duration<Rep, Period>>(seconds);
    return true;
  } else {
    int64_t count = 0;
    bool exact = false;
    if (!to_units(time, Period::num, Period::den, count, exact)) return false;
    if (must_be_exact && !exact) return false;
    if (count < std::numeric_limits<Rep>::min() || count > std::numeric_limits<Rep>::max()) {
      return false;
    }
    out = std::chrono::duration<Rep, Period>(static_cast<Rep>(count));
    return true;
  }
}
template <class Rep, class Period>
SplitTime split_duration(std::chrono::duration<Rep, Period> value) {
  if constexpr (std::is_floating_point_v<Rep>) {
    SplitTime time;
    const double seconds = std::chrono::duration<double>(value).count();
    return duration_of_number(seconds, time) ? time : SplitTime();
  } else {
    return from_units(value.count(), Period::num, Period::den);
  }
}

}  // namespace svc::detail

namespace svc {

template <class Rep, class Period>
struct as_text<std::chrono::duration<Rep, Period>> {
  using Duration = std::chrono::duration<Rep, Period>;
  static constexpr std::string_view format = "duration";
  static constexpr std::string_view issue = "time_delta_parsing";
  static constexpr std::string_view msg =
      Period::num == 1 && Period::den == 1
          ? "must be a duration in whole seconds, as in PT1M30S, 90s or 90"
          : "must be a duration, as in PT1M30S, 90s or 90 (seconds), that its unit can hold";

  static bool parse(std::string_view text, Duration& out) {
    detail::SplitTime time;
    return detail::parse_any_duration(text, time) && detail::store_duration(time, out, true);
  }
  static bool from_number(double seconds, Duration& out) {
    detail::SplitTime time;
    return detail::duration_of_number(seconds, time) && detail::store_duration(time, out, true);
  }
  static void append(const Duration& value, std::string& out) {
    detail::append_duration(out, detail::split_duration(value));
  }
};

template <class Duration>
struct as_text<std::chrono::time_point<std::chrono::system_clock, Duration>> {
  using Time = std::chrono::time_point<std::chrono::system_clock, Duration>;
  static constexpr bool is_date = std::is_same_v<Time, std::chrono::sys_days>;
  static constexpr std::string_view format = is_date ? "date" : "date-time";
  static constexpr std::string_view issue = is_date ? "date_parsing" : "datetime_parsing";
  static constexpr std::string_view msg =
      is_date ? "must be a date, as in 2026-01-31"
              : "must be a date and time with its offset (RFC 3339), as in 2026-01-31T12:00:00Z";

  static bool parse(std::string_view text, Time& out) {
    detail::SplitTime time;
    if constexpr (is_date) {
      if (!detail::parse_date(text, time.seconds)) return false;
      time.seconds *= 86400;
    } else {
      if (!detail::parse_date_time(text, time)) return false;
    }
    Duration since{};
    if (!detail::store_duration(time, since, false)) return false;
    out = Time(since);
    return true;
  }
  static void append(const Time& value, std::string& out) {
    const detail::SplitTime time = detail::split_duration(value.time_since_epoch());
    if constexpr (is_date) {
      detail::append_date(out, time.seconds / 86400);
    } else {
      detail::append_date_time(out, time, detail::kDecimals<Duration>);
    }
  }
};

template <>
struct as_text<std::chrono::year_month_day> {
  static constexpr std::string_view format = "date";
  static constexpr std::string_view issue = "date_parsing";
  static constexpr std::string_view msg = "must be a date, as in 2026-01-31";

  static bool parse(std::string_view text, std::chrono::year_month_day& out) {
    int64_t days = 0;
    if (!detail::parse_date(text, days)) return false;
    out = std::chrono::sys_days(std::chrono::days(days));
    return true;
  }
  static void append(const std::chrono::year_month_day& value, std::string& out) {
    detail::append_date(out, std::chrono::sys_days(value).time_since_epoch().count());
  }
};

template <class Duration>
struct as_text<std::chrono::hh_mm_ss<Duration>> {
  using Time = std::chrono::hh_mm_ss<Duration>;
  static constexpr std::string_view format = "time";
  static constexpr std::string_view issue = "time_parsing";
  static constexpr std::string_view msg = "must be a time of day, as in 12:00:00";

  static bool parse(std::string_view text, Time& out) {
    detail::SplitTime time;
    Duration since{};
    if (!detail::parse_time_of_day(text, time) || !detail::store_duration(time, since, false)) {
      return false;
    }
    out = Time(since);
    return true;
  }
  static void append(const Time& value, std::string& out) {
    const detail::SplitTime time = detail::split_duration(value.to_duration());
    detail::append_time_of_day(out, time, detail::kDecimals<typename Time::precision>);
  }
};

}  // namespace svc
