// utf8.h — code points in and out of bytes (RFC 3629).
//
// Why: texts come from the network and from files; JSON, log lines and configuration must be valid
// UTF-8 whatever came in. Overlong forms, surrogates and values above U+10FFFF are invalid here
// too: two spellings of one character are two ways around a check.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/api.h"

namespace svc {

struct Utf8Step {
  char32_t code_point;  // U+FFFD where the bytes are invalid.
  size_t size;          // Bytes taken, at least 1; of invalid ones the longest hopeful beginning
                        // (Unicode 15 §3.9, "maximal subpart"), so that no good byte is swallowed.
  bool valid;
};

constexpr char32_t kReplacementCharacter = 0xFFFD;

// The character at the front of `text`. REQUIRES: `text` is not empty.
SVC_API Utf8Step utf8_next(std::string_view text) noexcept;
SVC_API bool utf8_valid(std::string_view text) noexcept;
// Code points; each invalid piece counts as the one U+FFFD it would become.
SVC_API size_t utf8_count(std::string_view text) noexcept;
// Appends `code_point`; what is no character (surrogates, above U+10FFFF) becomes U+FFFD.
SVC_API void append_utf8(std::string& out, char32_t code_point);
// Appends the character at the front of `text`, U+FFFD for an invalid piece; returns how many of
// its bytes that was. REQUIRES: `text` is not empty.
SVC_API size_t append_utf8_front(std::string& out, std::string_view text);
// Appends `text` with U+FFFD in the place of each invalid piece.
SVC_API void append_utf8_repaired(std::string& out, std::string_view text);
// The longest beginning of `text` of at most `size_max` bytes that cuts no character in two.
SVC_API std::string_view utf8_prefix(std::string_view text, size_t size_max) noexcept;
// `text` with a blank in the place of each control character: what somebody else wrote stays one
// line.
SVC_API std::string one_line(std::string text);

}  // namespace svc
