#include "core/http/message.h"

#include <algorithm>
#include <cstring>

#include "core/http/chars.h"

namespace svc {
namespace {

constexpr std::string_view kMethodNames[] = {"GET",   "HEAD",    "POST",    "PUT",   "DELETE",
                                             "PATCH", "OPTIONS", "CONNECT", "TRACE", ""};
static_assert(std::size(kMethodNames) == static_cast<size_t>(Method::other) + 1);

// Lower-cases the ASCII letters among eight bytes at once.
uint64_t lower(uint64_t bytes) noexcept {
  constexpr uint64_t kEach = 0x0101010101010101;
  const uint64_t low_bits = bytes & (kEach * 0x7f);
  const uint64_t from_a = low_bits + kEach * (0x80 - 'A');
  const uint64_t past_z = low_bits + kEach * (0x7f - 'Z');
  const uint64_t upper = (from_a ^ past_z) & ~bytes & (kEach * 0x80);
  return bytes | (upper >> 2);
}

uint64_t load8(const char* from) noexcept {
  uint64_t bytes;
  std::memcpy(&bytes, from, sizeof(bytes));
  return bytes;
}

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

std::string_view method_name(Method method) noexcept {
  return kMethodNames[static_cast<size_t>(method)];
}

Method method_from(std::string_view token) noexcept {
  if (token == "GET") return Method::get;  // Most are, and the compiler compares constants well.
  if (token == "POST") return Method::post;
  for (size_t i = 0; i < static_cast<size_t>(Method::other); ++i) {
    if (token == kMethodNames[i]) return static_cast<Method>(i);
  }
  return Method::other;
}

bool iequals(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  const size_t size = a.size();
  if (size < 8) {
    for (size_t i = 0; i < size; ++i) {
      if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
  }
  for (size_t i = 0; i + 8 < size; i += 8) {
    if (lower(load8(a.data() + i)) != lower(load8(b.data() + i))) return false;
  }
  // The last eight bytes, overlapping what was compared before: no loop over a tail.
  return lower(load8(a.data() + size - 8)) == lower(load8(b.data() + size - 8));
}

std::optional<std::string_view> RequestHead::find(std::string_view name) const noexcept {
  for (const HeaderField& field : headers) {
    if (iequals(field.name, name)) return field.value;
  }
  return std::nullopt;
}

size_t RequestHead::count(std::string_view name) const noexcept {
  return static_cast<size_t>(std::ranges::count_if(
      headers, [name](const HeaderField& field) { return iequals(field.name, name); }));
}

bool RequestHead::has_token(std::string_view name, std::string_view token) const noexcept {
  for (const HeaderField& field : headers) {
    if (!iequals(field.name, name)) continue;
    const bool absent = each_element(field.value, [token](std::string_view element) {
      return !iequals(trim(element.substr(0, element.find(';'))), token);
    });
    if (!absent) return true;
  }
  return false;
}

}  // namespace svc
