#include "core/sdk/types/chrono.h"

#include <array>
#include <charconv>
#include <stdexcept>

#include "core/base/units.h"

namespace svc::detail {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

__extension__ using Wide = __int128;

constexpr int64_t kNanos = 1'000'000'000;
constexpr int64_t kDaySeconds = 86400;
constexpr int64_t kSecondsMax = INT64_MAX / 1000;  // Of a duration; far above any that is meant.

// Reads a text from its front; after the first thing that doesn't fit, ok() is false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }
  bool at_end() const { return text_.empty(); }
  char peek() const { return text_.empty() ? '\0' : text_.front(); }
  bool take(char c) {
    if (peek() != c || text_.empty()) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok_ = take(c) && ok_; }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  // Exactly `width` digits, at most `maximum`.
  int digits(size_t width, int maximum) {
    int value = 0;
    for (size_t i = 0; i < width; ++i) {
      if (!is_digit(peek())) ok_ = false;
      if (!ok_) return 0;
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    if (value > maximum) ok_ = false;
    return value;
  }
  // One digit or more.
  int64_t number() {
    int64_t value = 0;
    const auto read = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (!is_digit(peek()) || read.ec != std::errc()) ok_ = false;
    if (ok_) text_.remove_prefix(static_cast<size_t>(read.ptr - text_.data()));
    return value;
  }
  // "." and digits, if they are there; more than nine are read and cut off.
  int32_t fraction() {
    if (!take('.') && !take(',')) return 0;
    if (!is_digit(peek())) ok_ = false;
    int64_t nanos = 0;
    for (int64_t unit = kNanos / 10; is_digit(peek()); unit /= 10) {
      nanos += unit * (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return static_cast<int32_t>(nanos);
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

int64_t scan_date(Scanner& in, bool& valid) {
  const int year = in.digits(4, 9999);
  in.expect('-');
  const int month = in.digits(2, 12);
  in.expect('-');
  const int day = in.digits(2, 31);
  const year_month_day date{std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  valid = in.ok() && date.ok();
  return valid ? sys_days(date).time_since_epoch().count() : 0;
}

SplitTime scan_time(Scanner& in) {
  SplitTime time;
  time.seconds = in.digits(2, 23) * 3600;
  in.expect(':');
  time.seconds += in.digits(2, 59) * 60;
  if (!in.take(':')) return time;  // RFC 3339 has seconds; ISO 8601 and people leave them out.
  time.seconds += in.digits(2, 59);
  time.nanos = in.fraction();
  return time;
}

int64_t scan_offset(Scanner& in) {
  if (in.take('Z') || in.take('z')) return 0;
  const bool west = in.peek() == '-';
  if (!in.take('-')) in.expect('+');
  const int64_t hours = in.digits(2, 23);
  in.expect(':');
  const int64_t seconds = hours * 3600 + in.digits(2, 59) * 60;
  return west ? -seconds : seconds;
}

// The parts of "P1DT2H3M4.5S" behind the P. False: it is none.
bool scan_parts(Scanner& in, SplitTime& out) {
  struct Part {
    char letter;
    int64_t seconds;
  };
  static constexpr std::array<Part, 5> kParts = {
      {{'W', 7 * kDaySeconds}, {'D', kDaySeconds}, {'H', 3600}, {'M', 60}, {'S', 1}}};
  size_t next = 0;  // Parts come in their order, each at most once.
  bool after_t = false;
  Wide seconds = 0;
  bool any = false;
  while (!in.at_end()) {
    if (!after_t && in.take('T')) {
      after_t = true;
      next = std::max<size_t>(next, 2);
      if (in.at_end()) return false;
      continue;
    }
    const int64_t amount = in.number();
    const int32_t nanos = in.fraction();
    while (next < kParts.size() && !in.take(kParts[next].letter)) ++next;
    if (!in.ok() || next == kParts.size() || after_t != (next >= 2)) return false;
    if (nanos != 0 && kParts[next].letter != 'S') return false;
    seconds += Wide{amount} * kParts[next++].seconds;
    out.nanos = nanos;
    if (seconds > kSecondsMax) return false;
    any = true;
  }
  out.seconds = static_cast<int64_t>(seconds);
  return any;
}

void negate(SplitTime& time) {
  time.seconds = -time.seconds - (time.nanos > 0 ? 1 : 0);
  if (time.nanos > 0) time.nanos = static_cast<int32_t>(kNanos - time.nanos);
}

void append_padded(std::string& out, int64_t value, int width) {
  const std::string digits = std::to_string(value);
  for (int i = static_cast<int>(digits.size()); i < width; ++i) out += '0';
  out += digits;
}

void append_fraction(std::string& out, int32_t nanos, int decimals) {
  if (decimals == 0) return;
  int64_t value = nanos;
  for (int i = decimals; i < 9; ++i) value /= 10;
  out += '.';
  append_padded(out, value, decimals);
}

}  // namespace

bool parse_date(std::string_view text, int64_t& out) noexcept {
  Scanner in(text);
  bool valid = false;
  out = scan_date(in, valid);
  return valid && in.at_end();
}

bool parse_time_of_day(std::string_view text, SplitTime& out) noexcept {
  Scanner in(text);
  out = scan_time(in);
  return in.ok() && in.at_end();
}

bool parse_date_time(std::string_view text, SplitTime& out) noexcept {
  Scanner in(text);
  bool valid = false;
  const int64_t date = scan_date(in, valid);
  if (!in.take('T') && !in.take('t')) in.expect(' ');
  out = scan_time(in);
  const int64_t offset = scan_offset(in);
  if (!valid || !in.ok() || !in.at_end()) return false;
  out.seconds += date * kDaySeconds - offset;
  return true;
}

bool parse_any_duration(std::string_view text, SplitTime& out) noexcept {
  out = {};
  if (text.size() > 64) return false;
  Scanner in(text);
  const bool negative = in.take('-');
  if (!negative) in.take('+');
  if (in.take('P')) {
    if (!scan_parts(in, out)) return false;
    if (negative) negate(out);
    return true;
  }
  // As in the configuration: "90s", "1m30s", "250ms"; or a bare number of seconds, as texts of a
  // query are.
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) {
    return duration_of_number(number, out);
  }
  const auto spoken = parse_duration(text);
  if (!spoken) return false;
  out = from_units(spoken->count(), 1, kNanos);
  return true;
}

bool duration_of_number(double seconds, SplitTime& out) noexcept {
  if (!(std::abs(seconds) <= static_cast<double>(kSecondsMax))) return false;  // NaN too.
  const double whole = std::floor(seconds);
  out.seconds = static_cast<int64_t>(whole);
  // To the nearest nanosecond: 0.1 is no sum of powers of two.
  const auto nanos = static_cast<int64_t>(std::llround((seconds - whole) * 1e9));
  out.seconds += nanos / kNanos;
  out.nanos = static_cast<int32_t>(nanos % kNanos);
  return true;
}

void append_date(std::string& out, int64_t since) {
  constexpr auto kFirst = sys_days(year_month_day(std::chrono::year(0) / 1 / 1));
  constexpr auto kLast = sys_days(year_month_day(std::chrono::year(9999) / 12 / 31));
  if (since < kFirst.time_since_epoch().count() || since > kLast.time_since_epoch().count())
    throw std::out_of_range(
        "a result holds a time that is not between the years 0 and 9999: RFC 3339 can't say it");
  const year_month_day date{sys_days(days(since))};
  append_padded(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
}

void append_time_of_day(std::string& out, SplitTime time, int decimals) {
  append_padded(out, time.seconds / 3600, 2);
  out += ':';
  append_padded(out, time.seconds / 60 % 60, 2);
  out += ':';
  append_padded(out, time.seconds % 60, 2);
  append_fraction(out, time.nanos, decimals);
}

void append_date_time(std::string& out, SplitTime time, int decimals) {
  int64_t date = time.seconds / kDaySeconds;
  if (time.seconds % kDaySeconds < 0) --date;
  append_date(out, date);
  out += 'T';
  append_time_of_day(out, {time.seconds - date * kDaySeconds, time.nanos}, decimals);
  out += 'Z';
}

void append_duration(std::string& out, SplitTime time) {
  if (time.seconds < 0) {
    out += '-';
    negate(time);
  }
  out += 'P';
  if (const int64_t whole_days = time.seconds / kDaySeconds; whole_days > 0) {
    out += std::to_string(whole_days) + 'D';
  }
  const int64_t rest = time.seconds % kDaySeconds;
  if (rest == 0 && time.nanos == 0) {
    if (out.back() == 'P') out += "T0S";
    return;
  }
  out += 'T';
  if (rest >= 3600) out += std::to_string(rest / 3600) + 'H';
  if (rest / 60 % 60 > 0) out += std::to_string(rest / 60 % 60) + 'M';
  if (rest % 60 == 0 && time.nanos == 0) return;
  out += std::to_string(rest % 60);
  if (time.nanos > 0) {
    append_fraction(out, time.nanos, 9);
    while (out.back() == '0') out.pop_back();
  }
  out += 'S';
}

bool to_units(SplitTime time, int64_t num, int64_t den, int64_t& count, bool& exact) noexcept {
  const Wide nanos = Wide{time.seconds} * kNanos + time.nanos;
  const Wide unit = Wide{num} * kNanos / den;
  Wide units = nanos / unit;
  exact = nanos % unit == 0;
  if (nanos % unit < 0) --units;
  if (units > INT64_MAX || units < INT64_MIN) return false;
  count = static_cast<int64_t>(units);
  return true;
}

SplitTime from_units(int64_t count, int64_t num, int64_t den) noexcept {
  const Wide nanos = Wide{count} * (Wide{num} * kNanos / den);
  Wide seconds = nanos / kNanos;
  if (nanos % kNanos < 0) --seconds;
  // hours::max() and its like, which are more than 64 bits of seconds, mean "for ever".
  if (seconds > INT64_MAX) return {INT64_MAX, 0};
  if (seconds < -INT64_MAX) return {-INT64_MAX, 0};
  return {static_cast<int64_t>(seconds), static_cast<int32_t>(nanos - seconds * kNanos)};
}

}  // namespace svc::detail
