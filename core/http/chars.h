// chars.h — which bytes the grammars of HTTP and URIs allow, as one table.
//
// Why one table: every rule of the codec that looks at single bytes is a look-up in it, and a
// reader can compare a class with its RFC in one place.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace svc {

enum CharClass : uint8_t {
  kTokenChar = 1 << 0,   // tchar, RFC 9110 5.6.2
  kPathChar = 1 << 1,    // what a request's path may hold, see target.h
  kQueryChar = 1 << 2,   // what its query may hold, see target.h
  kHostChar = 1 << 3,    // reg-name, RFC 3986 3.2.2; not ',', which two joined Host fields leave
  kHexChar = 1 << 4,     // HEXDIG of either case
  kValueChar = 1 << 5,   // field-value: VCHAR, obs-text, SP, HTAB, RFC 9110 5.5
  kUnreserved = 1 << 6,  // RFC 3986 2.3
};

namespace detail {

constexpr std::array<uint8_t, 256> char_classes() {
  std::array<uint8_t, 256> table{};
  const auto mark = [&table](std::string_view bytes, unsigned classes) {
    for (const char c : bytes) {
      auto& entry = table[static_cast<uint8_t>(c)];
      entry = static_cast<uint8_t>(entry | classes);
    }
  };
  constexpr std::string_view kAlphanumeric =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  mark(kAlphanumeric, kTokenChar | kPathChar | kQueryChar | kHostChar | kUnreserved);
  mark("-._~", kTokenChar | kPathChar | kQueryChar | kHostChar | kUnreserved);
  mark("!#$%&'*+^`|", kTokenChar);
  mark("0123456789abcdefABCDEF", kHexChar);
  mark("!$&'()*+;=", kPathChar | kQueryChar | kHostChar);
  mark(",:@/%", kPathChar | kQueryChar);
  mark("%", kHostChar);
  mark("?", kQueryChar);
  mark("[]|", kPathChar | kQueryChar);  // No URI has them raw, but browsers send them so.
  mark("{}\\^`", kQueryChar);           // The same, in a query only.
  mark("\t", kValueChar);
  for (unsigned c = 0x20; c < 0x100; ++c) {
    if (c != 0x7f) table[c] = static_cast<uint8_t>(table[c] | kValueChar);
  }
  return table;
}

inline constexpr std::array<uint8_t, 256> kCharClasses = char_classes();

}  // namespace detail

constexpr bool is_char(char c, CharClass wanted) noexcept {
  return (detail::kCharClasses[static_cast<uint8_t>(c)] & wanted) != 0;
}

constexpr bool all_chars(std::string_view text, CharClass wanted) noexcept {
  for (const char c : text) {
    if (!is_char(c, wanted)) return false;
  }
  return true;
}

constexpr bool is_token(std::string_view text) noexcept {
  return !text.empty() && all_chars(text, kTokenChar);
}

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t'; }  // OWS

constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// 0 to 15, or -1 for what is no hexadecimal digit.
constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Calls `each(element)` for the elements of a comma-separated list (RFC 9110 5.6.1), trimmed, empty
// ones too; stops when it returns false and returns that.
template <class Each>
constexpr bool each_element(std::string_view list, Each each) {
  for (;;) {
    const size_t comma = list.find(',');
    if (!each(trim(list.substr(0, comma)))) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace svc
