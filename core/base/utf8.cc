#include "core/base/utf8.h"

#include <algorithm>

#include <cstdint>
#include <cstring>

#include "core/base/check.h"

namespace svc {
namespace {

unsigned byte_at(std::string_view text, size_t at) { return static_cast<unsigned char>(text[at]); }

// How many bytes from the front are ASCII, eight at a time.
size_t ascii_run(std::string_view text) noexcept {
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    if (word & 0x8080808080808080) break;
  }
  while (at < text.size() && byte_at(text, at) < 0x80) ++at;
  return at;
}

}  // namespace

Utf8Step utf8_next(std::string_view text) noexcept {
  SVC_CHECK(!text.empty());
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return {first, 1, true};

  // RFC 3629 §4: the first byte decides how many follow and what the second may be; that is what
  // rules out overlong forms (E0, F0), surrogates (ED) and values above U+10FFFF (F4).
  size_t size = 0;
  unsigned second_min = 0x80;
  unsigned second_max = 0xBF;
  char32_t code_point = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    size = 2;
    code_point = first & 0x1F;
  } else if (first >= 0xE0 && first <= 0xEF) {
    size = 3;
    code_point = first & 0x0F;
    if (first == 0xE0) second_min = 0xA0;
    if (first == 0xED) second_max = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    size = 4;
    code_point = first & 0x07;
    if (first == 0xF0) second_min = 0x90;
    if (first == 0xF4) second_max = 0x8F;
  } else {
    return {kReplacementCharacter, 1, false};
  }
  for (size_t at = 1; at < size; ++at) {
    const unsigned lowest = at == 1 ? second_min : 0x80;
    const unsigned highest = at == 1 ? second_max : 0xBF;
    if (at >= text.size() || byte_at(text, at) < lowest || byte_at(text, at) > highest)
      return {kReplacementCharacter, at, false};
    code_point = (code_point << 6) | (byte_at(text, at) & 0x3F);
  }
  return {code_point, size, true};
}

bool utf8_valid(std::string_view text) noexcept {
  for (;;) {
    text.remove_prefix(ascii_run(text));
    if (text.empty()) return true;
    const Utf8Step step = utf8_next(text);
    if (!step.valid) return false;
    text.remove_prefix(step.size);
  }
}

size_t utf8_count(std::string_view text) noexcept {
  size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(utf8_next(text).size);
  return count;
}

void append_utf8(std::string& out, char32_t code_point) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
    code_point = kReplacementCharacter;
  const auto tail = [&](int shift) {
    out += static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | (code_point >> 6));
    tail(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | (code_point >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | (code_point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

size_t append_utf8_front(std::string& out, std::string_view text) {
  const Utf8Step step = utf8_next(text);
  if (step.valid)
    out.append(text.substr(0, step.size));
  else
    append_utf8(out, kReplacementCharacter);
  return step.size;
}

void append_utf8_repaired(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const size_t plain = ascii_run(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    text.remove_prefix(append_utf8_front(out, text));
  }
}

std::string_view utf8_prefix(std::string_view text, size_t size_max) noexcept {
  if (text.size() <= size_max) return text;
  // A character has at most three continuation bytes: more of them are no UTF-8, cut anywhere.
  size_t size = size_max;
  for (int back = 0; back < 3 && size > 0 && (byte_at(text, size) & 0xC0) == 0x80; ++back) --size;
  if (size < text.size() && (byte_at(text, size) & 0xC0) == 0x80) size = size_max;
  return text.substr(0, size);
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return text;
}

}  // namespace svc
