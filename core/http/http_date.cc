#include "core/http/http_date.h"

#include <chrono>
#include <cstring>

namespace svc {
namespace {

using std::chrono::sys_days;

constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

void put_two_digits(char* at, unsigned value) noexcept {
  at[0] = static_cast<char>('0' + value / 10 % 10);
  at[1] = static_cast<char>('0' + value % 10);
}

// Takes a text apart from its beginning; once something did not fit it stays failed.
class DateText {
 public:
  explicit DateText(std::string_view text) noexcept : rest_(text) {}

  bool ended() const noexcept { return good_ && rest_.empty(); }
  bool skip(std::string_view expected) noexcept {
    good_ = good_ && rest_.starts_with(expected);
    if (good_) rest_.remove_prefix(expected.size());
    return good_;
  }
  int number(size_t digits) noexcept {
    good_ = good_ && rest_.size() >= digits;
    int value = 0;
    for (size_t i = 0; good_ && i < digits; ++i) {
      good_ = rest_[i] >= '0' && rest_[i] <= '9';
      value = value * 10 + (rest_[i] - '0');
    }
    if (good_) rest_.remove_prefix(digits);
    return good_ ? value : 0;
  }
  // 1 to 12.
  int month() noexcept {
    const size_t at = rest_.size() < 3 ? std::string_view::npos : kMonths.find(rest_.substr(0, 3));
    good_ = good_ && at != std::string_view::npos && at % 3 == 0;
    if (good_) rest_.remove_prefix(3);
    return good_ ? static_cast<int>(at / 3) + 1 : 1;
  }
  // Of a day of the month, " 6" or "16".
  int padded() noexcept {
    if (good_ && rest_.starts_with(' ')) {
      rest_.remove_prefix(1);
      return number(1);
    }
    return number(2);
  }
  // "08:49:37", in seconds.
  int time() noexcept {
    const int hours = number(2);
    skip(":");
    const int minutes = number(2);
    skip(":");
    const int seconds = number(2);
    good_ = good_ && hours < 24 && minutes < 60 && seconds <= 60;  // 60: a leap second.
    return hours * 3600 + minutes * 60 + seconds;
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

int year_of(int64_t unix_s) noexcept {
  const auto day =
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds{std::chrono::seconds(unix_s)});
  return static_cast<int>(std::chrono::year_month_day(day).year());
}

std::optional<int64_t> as_moment(const DateText& text, int year, int month, int day, int time_s) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!text.ended() || !date.ok()) return std::nullopt;
  return int64_t{sys_days(date).time_since_epoch().count()} * 86'400 + time_s;
}

// "06 Nov 1994 08:49:37 GMT"
std::optional<int64_t> parse_fixed(DateText text) {
  const int day = text.number(2);
  text.skip(" ");
  const int month = text.month();
  text.skip(" ");
  const int year = text.number(4);
  text.skip(" ");
  const int time_s = text.time();
  text.skip(" GMT");
  return as_moment(text, year, month, day, time_s);
}

// "06-Nov-94 08:49:37 GMT"
std::optional<int64_t> parse_rfc850(DateText text, int64_t now_s) {
  const int day = text.number(2);
  text.skip("-");
  const int month = text.month();
  text.skip("-");
  const int this_year = year_of(now_s);
  int year = this_year - this_year % 100 + text.number(2);
  if (year > this_year + 50) year -= 100;
  text.skip(" ");
  const int time_s = text.time();
  text.skip(" GMT");
  return as_moment(text, year, month, day, time_s);
}

// "Nov  6 08:49:37 1994"
std::optional<int64_t> parse_asctime(DateText text) {
  const int month = text.month();
  text.skip(" ");
  const int day = text.padded();
  text.skip(" ");
  const int time_s = text.time();
  text.skip(" ");
  const int year = text.number(4);
  return as_moment(text, year, month, day, time_s);
}

}  // namespace

HttpDate http_date(int64_t unix_s) noexcept {
  using namespace std::chrono;
  const sys_seconds moment{seconds(unix_s)};
  const sys_days day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss time(moment - day);
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));

  HttpDate text;
  std::memcpy(text.data(), "___, __ ___ ____ __:__:__ GMT", text.size());
  kDays.copy(text.data(), 3, weekday(day).c_encoding() * 3);
  put_two_digits(text.data() + 5, static_cast<unsigned>(date.day()));
  kMonths.copy(text.data() + 8, 3, (static_cast<unsigned>(date.month()) - 1) * 3);
  put_two_digits(text.data() + 12, year / 100);
  put_two_digits(text.data() + 14, year);
  put_two_digits(text.data() + 17, static_cast<unsigned>(time.hours().count()));
  put_two_digits(text.data() + 20, static_cast<unsigned>(time.minutes().count()));
  put_two_digits(text.data() + 23, static_cast<unsigned>(time.seconds().count()));
  return text;
}

std::optional<int64_t> parse_http_date(std::string_view text, int64_t now_s) noexcept {
  if (text.size() < 4) return std::nullopt;
  if (text[3] == ',') return text.size() < 5 ? std::nullopt : parse_fixed(DateText(text.substr(5)));
  if (text[3] == ' ') return parse_asctime(DateText(text.substr(4)));
  const size_t comma = text.find(", ");
  if (comma == std::string_view::npos) return std::nullopt;
  return parse_rfc850(DateText(text.substr(comma + 2)), now_s);
}

}  // namespace svc
