#include "core/sdk/json/json_text.h"

#include <charconv>
#include <cmath>
#include <cstdint>

namespace svc {
namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The code unit of "\uXXXX" at `at`; -1 if no such escape stands there.
int escaped_unit(std::string_view json, size_t at) noexcept {
  if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u') return -1;
  int unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const int digit = hex_digit(json[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

// True for an integer that neither an int64_t nor a uint64_t holds.
bool is_long_integer(std::string_view number) noexcept {
  if (number.find_first_of(".eE") != std::string_view::npos) return false;
  const char* const end = number.data() + number.size();
  int64_t whole = 0;
  uint64_t natural = 0;
  return std::from_chars(number.data(), end, whole).ec == std::errc::result_out_of_range &&
         std::from_chars(number.data(), end, natural).ec != std::errc();
}

bool is_number_part(char c) noexcept {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// Calls outside(text) for each run between numbers, strings included, and number(text) for each
// number.
template <class Outside, class Number>
void each_number(std::string_view json, Outside&& outside, Number&& number) {
  size_t from = 0;
  bool in_string = false;
  for (size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (in_string) {
      if (c == '"') in_string = false;
      at += c == '\\' ? 2 : 1;
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      outside(json.substr(from, at - from));
      size_t end = at;
      while (end < json.size() && is_number_part(json[end])) ++end;
      number(json.substr(at, end - at));
      from = at = end;
    } else {
      // The 'e' of "true" is no number: only digits and '-' begin one.
      in_string = c == '"';
      ++at;
    }
  }
  outside(json.substr(from < json.size() ? from : json.size()));
}

}  // namespace

bool has_lone_surrogate(std::string_view json) noexcept {
  for (size_t at = json.find('\\'); at != std::string_view::npos; at = json.find('\\', at)) {
    const int unit = escaped_unit(json, at);
    if (unit < 0xD800 || unit > 0xDFFF) {
      at += 2;  // The escaped character may be a backslash itself.
      continue;
    }
    if (unit >= 0xDC00) return true;
    const int low = escaped_unit(json, at + 6);
    if (low < 0xDC00 || low > 0xDFFF) return true;
    at += 12;
  }
  return false;
}

std::string widen_long_integers(std::string_view json) {
  std::string out;
  out.reserve(json.size() + 16);
  each_number(
      json, [&](std::string_view text) { out += text; },
      [&](std::string_view number) {
        out += number;
        if (is_long_integer(number)) out += ".0";
      });
  return out;
}

bool has_infinite_number(std::string_view json) {
  bool found = false;
  each_number(
      json, [](std::string_view) {},
      [&](std::string_view number) {
        double value = 0;
        const auto end = number.data() + number.size();
        const auto read = std::from_chars(number.data(), end, value);
        // Also "too small" (1e-999), which simdjson rounds to zero: only the large one matters.
        if (read.ec == std::errc::result_out_of_range && read.ptr == end) {
          const size_t exponent = number.find_first_of("eE");
          found |= exponent == std::string_view::npos || number.at(exponent + 1) != '-';
        }
      });
  return found;
}

}  // namespace svc
