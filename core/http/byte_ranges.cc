#include "core/http/byte_ranges.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/http/chars.h"
#include "core/http/message.h"

namespace svc {
namespace {

// Digits only. Above 2^64: more than any file has, which is what it stands for.
std::optional<uint64_t> as_position(std::string_view digits) noexcept {
  if (digits.empty() || digits.front() < '0' || digits.front() > '9') return std::nullopt;
  uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value);
  if (at != end) return std::nullopt;
  return error == std::errc::result_out_of_range ? UINT64_MAX : value;
}

enum class Spec : uint8_t { malformed, outside, within };

Spec parse_one(std::string_view spec, uint64_t size, ByteRange& out) noexcept {
  const size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return Spec::malformed;
  const std::string_view from = trim(spec.substr(0, dash));
  const std::string_view to = trim(spec.substr(dash + 1));
  if (from.empty()) {  // The last so many.
    const auto suffix = as_position(to);
    if (!suffix) return Spec::malformed;
    if (*suffix == 0 || size == 0) return Spec::outside;
    const uint64_t length = std::min(*suffix, size);
    out = {size - length, length};
    return Spec::within;
  }
  const auto first = as_position(from);
  const auto last = to.empty() ? std::optional(UINT64_MAX) : as_position(to);
  if (!first || !last || *last < *first) return Spec::malformed;
  if (*first >= size) return Spec::outside;
  out = {*first, std::min(*last, size - 1) - *first + 1};
  return Spec::within;
}

}  // namespace

WantedRanges parse_byte_ranges(std::string_view field, uint64_t size) {
  constexpr std::string_view kUnit = "bytes";
  const size_t equals = field.find('=');
  if (equals == std::string_view::npos || !iequals(trim(field.substr(0, equals)), kUnit)) return {};

  WantedRanges wanted;
  size_t specs = 0;
  const bool sound = each_element(field.substr(equals + 1), [&](std::string_view spec) {
    if (spec.empty()) return true;  // An empty element of a list is none (RFC 9110 5.6.1.2).
    ByteRange range{};
    const Spec kind = ++specs > kRangesMax ? Spec::malformed : parse_one(spec, size, range);
    if (kind == Spec::malformed) return false;
    if (kind == Spec::outside) return true;
    const bool apart = wanted.parts.empty() ||
                       range.first >= wanted.parts.back().first + wanted.parts.back().length;
    if (apart) wanted.parts.push_back(range);
    return apart;
  });
  if (!sound || specs == 0) return {};
  wanted.kind =
      wanted.parts.empty() ? WantedRanges::Kind::unsatisfiable : WantedRanges::Kind::parts;
  return wanted;
}

}  // namespace svc
