// http_date.h — moments as HTTP writes them (RFC 9110 5.6.7), both ways.
//
// Pure: seconds since 1970 go in and out, no clock is read.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/api.h"

namespace svc {

using HttpDate = std::array<char, 29>;  // "Sun, 06 Nov 1994 08:49:37 GMT"

// REQUIRES: a year of four digits.
SVC_API HttpDate http_date(int64_t unix_s) noexcept;
inline std::string_view date_text(const HttpDate& date) noexcept {
  return {date.data(), date.size()};
}

// All three forms that a recipient must know: that one, "Sunday, 06-Nov-94 08:49:37 GMT" (two
// digits of a year that seem to be more than 50 years ahead of `now_s` mean the last century) and
// "Sun Nov  6 08:49:37 1994". The day's name is not compared. nullopt: no such moment.
SVC_API std::optional<int64_t> parse_http_date(std::string_view text, int64_t now_s) noexcept;

}  // namespace svc
