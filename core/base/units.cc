#include "core/base/units.h"

#include <fmt/core.h>

#include <array>
#include <limits>
#include <optional>
#include <span>

namespace svc {
namespace {

// Wide enough for every product below.
__extension__ using Wide = unsigned __int128;

struct Unit {
  std::string_view name;
  uint64_t worth;  // In nanoseconds, or in bytes.
};

constexpr uint64_t kSecond = 1'000'000'000;

// Largest first: the parts of "1h30m" must come in this order.
constexpr std::array<Unit, 7> kDurationUnits{{{"d", 86'400 * kSecond},
                                              {"h", 3'600 * kSecond},
                                              {"m", 60 * kSecond},
                                              {"s", kSecond},
                                              {"ms", 1'000'000},
                                              {"us", 1'000},
                                              {"ns", 1}}};
constexpr size_t kSecondsAt = 3;

// Of two forms of the same length, format_size takes the one that stands first here.
constexpr std::array<Unit, 9> kSizeUnits{{{"TiB", 1ULL << 40},
                                          {"GiB", 1ULL << 30},
                                          {"MiB", 1ULL << 20},
                                          {"KiB", 1ULL << 10},
                                          {"TB", 1'000'000'000'000},
                                          {"GB", 1'000'000'000},
                                          {"MB", 1'000'000},
                                          {"kB", 1'000},
                                          {"B", 1}}};

constexpr size_t kDigitsMax = 24;  // On both sides of the point: times a day, still below 2^128.

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A decimal number, kept exact: (whole * 10^digits + fraction) / 10^digits.
struct Decimal {
  Wide scaled = 0;
  Wide scale = 1;
};

// Takes "12" or "1.5" off the front of `text`; nullopt if no number stands there or it is too long.
std::optional<Decimal> take_number(std::string_view& text) {
  Decimal number;
  size_t digits = 0;
  size_t at = 0;
  for (; at < text.size() && is_digit(text[at]); ++at, ++digits)
    if (digits < kDigitsMax) number.scaled = number.scaled * 10 + static_cast<Wide>(text[at] - '0');
  if (digits == 0) return std::nullopt;
  if (at < text.size() && text[at] == '.') {
    const size_t point = at++;
    for (; at < text.size() && is_digit(text[at]); ++at, ++digits) {
      if (digits >= kDigitsMax) continue;
      number.scaled = number.scaled * 10 + static_cast<Wide>(text[at] - '0');
      number.scale *= 10;
    }
    if (at == point + 1) return std::nullopt;  // "1.s"
  }
  if (digits > kDigitsMax) return std::nullopt;
  text.remove_prefix(at);
  return number;
}

// Takes a unit off the front of `text`: everything up to the next digit. Index into `units`.
std::optional<size_t> take_unit(std::string_view& text, std::span<const Unit> units) {
  size_t length = 0;
  while (length < text.size() && !is_digit(text[length])) ++length;
  for (size_t i = 0; i < units.size(); ++i) {
    if (units[i].name != text.substr(0, length)) continue;
    text.remove_prefix(length);
    return i;
  }
  return std::nullopt;
}

Error not_a_duration(std::string_view text, std::string_view why) {
  return Error::invalid(fmt::format(
      R"("{}" is not a duration: {}; write it like "250ms", "10s" or "1h30m")", text, why));
}

Error not_a_size(std::string_view text, std::string_view why) {
  return Error::invalid(
      fmt::format(R"("{}" is not a size: {}; write it like "512", "64KiB" or "1MiB")", text, why));
}

// The decimal digits of value / worth, exact: "1.5". Empty if more than `digits_max` are needed.
std::string as_decimal(uint64_t value, uint64_t worth, int digits_max) {
  std::string text = std::to_string(value / worth);
  uint64_t rest = value % worth;
  if (rest == 0) return text;
  text += '.';
  for (int digit = 0; digit < digits_max && rest != 0; ++digit) {
    const Wide tenfold = static_cast<Wide>(rest) * 10;
    text += static_cast<char>('0' + static_cast<int>(tenfold / worth));
    rest = static_cast<uint64_t>(tenfold % worth);
  }
  return rest == 0 ? text : std::string();
}

}  // namespace

Result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return not_a_duration(text, "it is empty");
  if (text.front() == '-') return not_a_duration(text, "it is negative");

  constexpr auto kMax = static_cast<Wide>(std::numeric_limits<int64_t>::max());
  Wide sum = 0;
  size_t unit_at_least = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const auto number = take_number(rest);
    if (!number) return not_a_duration(text, "it has no readable number");
    if (rest.empty()) return not_a_duration(text, "a number needs a unit (ns, us, ms, s, m, h, d)");
    const auto unit = take_unit(rest, kDurationUnits);
    if (!unit) return not_a_duration(text, "the units are ns, us, ms, s, m, h and d");
    if (*unit < unit_at_least) return not_a_duration(text, "the larger unit comes first");
    unit_at_least = *unit + 1;

    const Wide product = number->scaled * kDurationUnits[*unit].worth;
    if (product % number->scale != 0) return not_a_duration(text, "it is finer than 1ns");
    sum += product / number->scale;
    if (sum > kMax) return not_a_duration(text, "it is longer than 292 years");
  }
  return std::chrono::nanoseconds(static_cast<int64_t>(sum));
}

Result<uint64_t> parse_size(std::string_view text) {
  if (text.empty()) return not_a_size(text, "it is empty");
  if (text.front() == '-') return not_a_size(text, "it is negative");

  std::string_view rest = text;
  const auto number = take_number(rest);
  if (!number) return not_a_size(text, "it has no readable number");
  uint64_t worth = 1;
  if (!rest.empty()) {
    const auto unit = take_unit(rest, kSizeUnits);
    if (!unit || !rest.empty())
      return not_a_size(text, "the units are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB");
    worth = kSizeUnits[*unit].worth;
  }
  const Wide product = number->scaled * worth;
  if (product % number->scale != 0) return not_a_size(text, "it is no whole number of bytes");
  const Wide bytes = product / number->scale;
  if (bytes > std::numeric_limits<uint64_t>::max()) return not_a_size(text, "it is too large");
  return static_cast<uint64_t>(bytes);
}

std::string format_duration(std::chrono::nanoseconds value) {
  if (value.count() == 0) return "0";
  std::string text;
  // Negated as unsigned: the most negative count has no positive twin.
  uint64_t rest = static_cast<uint64_t>(value.count());
  if (value.count() < 0) {
    text += '-';
    rest = 0 - rest;
  }
  for (size_t i = 0; i < kSecondsAt; ++i) {
    const Unit& unit = kDurationUnits[i];
    if (rest < unit.worth) continue;
    text += std::to_string(rest / unit.worth);
    text += unit.name;
    rest %= unit.worth;
  }
  if (rest == 0) return text;
  size_t unit = kSecondsAt;  // "1m0.5s", "1.5s", but "250ms" alone.
  while (kDurationUnits[unit].worth > rest) ++unit;
  text += as_decimal(rest, kDurationUnits[unit].worth, 9);
  text += kDurationUnits[unit].name;
  return text;
}

std::string format_size(uint64_t bytes) {
  std::string best = std::to_string(bytes);
  bool best_is_plain = true;
  for (const Unit& unit : kSizeUnits) {
    if (unit.worth > bytes || unit.worth == 1) continue;
    std::string form = as_decimal(bytes, unit.worth, 3);
    if (form.empty()) continue;
    form += unit.name;
    // A unit says more than digits do, so it wins a tie against them: 64KiB, not 65536.
    if (form.size() < best.size() || (best_is_plain && form.size() == best.size())) {
      best = std::move(form);
      best_is_plain = false;
    }
  }
  return best;
}

std::string format_count(uint64_t count, std::string_view noun) {
  return std::to_string(count).append(" ").append(noun).append(count == 1 ? "" : "s");
}

}  // namespace svc
