#include "core/sdk/json/json_sink.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/json_plain.h"
#include "core/base/json_writer.h"

namespace svc {
namespace {

constexpr size_t kNumberMax = 32;

// Numbers of everyday: at most three decimals, below 100,000. A decimal of so few digits is the
// only one that reads back to its double, so the first that does is the shortest. to_chars prints
// the same in three times the time. Returns the end, or nullptr for another number.
char* print_everyday(char* to, double value) noexcept {
  static constexpr double kPowers[] = {1, 10, 100, 1000};
  const double magnitude = std::abs(value);
  if (!(magnitude < 100'000) || std::signbit(value) != (value < 0)) return nullptr;  // NaN, -0.0
  for (int decimals = 0; decimals <= 3; ++decimals) {
    const auto scaled = static_cast<uint64_t>(magnitude * kPowers[decimals] + 0.5);
    if (static_cast<double>(scaled) / kPowers[decimals] != magnitude) continue;
    if (value < 0) *to++ = '-';
    const auto unit = static_cast<uint64_t>(kPowers[decimals]);
    to = std::to_chars(to, to + kNumberMax - 8, scaled / unit).ptr;
    *to++ = '.';
    uint64_t rest = scaled % unit;
    if (decimals == 0) *to++ = '0';
    for (int i = decimals - 1; i >= 0; --i, rest /= 10) to[i] = static_cast<char>('0' + rest % 10);
    return to + decimals;
  }
  return nullptr;
}

}  // namespace

void JsonSink::grow(size_t more) {
  const size_t wanted = std::max({size_ + more, room_ * 2, out_.capacity()});
  // Takes what is allocated without filling it with zeros.
  out_.resize(size_);
  out_.resize_and_overwrite(wanted, [&](char*, size_t size) { return size; });
  data_ = out_.data();
  room_ = wanted;
}

void JsonSink::text(std::string_view value) {
  if (json_plain_run(value) == value.size()) {
    reserve(value.size() + 2);
    char* to = data_ + size_;
    *to++ = '"';
    std::memcpy(to, value.data(), value.size());
    to[value.size()] = '"';
    size_ += value.size() + 2;
    return;
  }
  std::string escaped;
  append_json_string(escaped, value);
  put(escaped);
}

void JsonSink::integer(int64_t value) {
  reserve(kNumberMax);
  char* const to = data_ + size_;
  size_ += static_cast<size_t>(std::to_chars(to, to + kNumberMax, value).ptr - to);
}

void JsonSink::natural(uint64_t value) {
  reserve(kNumberMax);
  char* const to = data_ + size_;
  size_ += static_cast<size_t>(std::to_chars(to, to + kNumberMax, value).ptr - to);
}

template <class T>
void JsonSink::shortest(T value) {
  if (!std::isfinite(value)) return put("null");
  reserve(kNumberMax);
  char* const to = data_ + size_;
  char* end = print_everyday(to, static_cast<double>(value));
  if (std::is_same_v<T, float> || end == nullptr) {
    end = std::to_chars(to, to + kNumberMax - 2, value).ptr;
    // "1" would read back as an integer in languages that tell the two apart.
    if (std::string_view(to, end).find_first_of(".e") == std::string_view::npos) {
      *end++ = '.';
      *end++ = '0';
    }
  }
  size_ += static_cast<size_t>(end - to);
}

void JsonSink::number(double value) { shortest(value); }
void JsonSink::number(float value) { shortest(value); }

}  // namespace svc
