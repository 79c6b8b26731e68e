// json_plain.h — how far a text stands in a JSON string as it is, eight bytes at a time.
//
// Why its own: two writers ask what needs an escape and a reader where a string ends, all three in
// the innermost loop.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace svc {

// A byte that is itself in a JSON string, and one byte of UTF-8: printable ASCII but '"' and '\\'.
inline bool is_json_plain(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// How many bytes from the front of `text` are plain.
inline size_t json_plain_run(std::string_view text) noexcept {
  static_assert(std::endian::native == std::endian::little);
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    const uint64_t quote = word ^ (kOnes * '"');
    const uint64_t backslash = word ^ (kOnes * '\\');
    // The high bit of each byte that isn't plain (Hacker's Delight §6-1). A borrow can mark a byte
    // too many, but only behind one that is rightly marked: the first is exact.
    const uint64_t marks = (word | (word - kOnes * 0x20) | ((quote - kOnes) & ~quote) |
                            ((backslash - kOnes) & ~backslash)) &
                           kHighs;
    if (marks != 0) return at + static_cast<size_t>(std::countr_zero(marks)) / 8;
  }
  while (at < text.size() && is_json_plain(text[at])) ++at;
  return at;
}

}  // namespace svc
