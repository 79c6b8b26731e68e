#include "config/toml_guard.h"

#include <fmt/core.h>

#include "core/base/utf8.h"

namespace svc {
namespace {

// Where a comment or a string that begins at `at` ends: the first byte behind it. A string without
// an end goes on to the end of its line, or of the text: the parser stops there too.
size_t skip_comment(std::string_view text, size_t at) {
  const size_t end = text.find('\n', at);
  return end == text.npos ? text.size() : end;
}

size_t skip_string(std::string_view text, size_t at) {
  const char quote = text[at];
  const bool escapes = quote == '"';
  const bool multi_line = text.substr(at, 3) == std::string(3, quote);
  at += multi_line ? 3 : 1;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\' && escapes) {
      ++at;
    } else if (text[at] == '\n' && !multi_line) {
      return at;
    } else if (text[at] == quote) {
      if (!multi_line) return at + 1;
      if (text.substr(at, 3) != std::string(3, quote)) continue;
      at += 3;
      // """a""""" ends with two quotes of its own before the three that close it.
      for (int own = 0; own < 2 && at < text.size() && text[at] == quote; ++own) ++at;
      return at;
    }
  }
  return text.size();
}

TomlProblem problem_at(std::string_view text, size_t at, std::string message) {
  TomlProblem found{1, 1, std::move(message)};
  for (const char c : text.substr(0, at)) {
    if (c == '\n') {
      ++found.line;
      found.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {  // Not the rest of a character.
      ++found.column;
    }
  }
  return found;
}

}  // namespace

std::optional<TomlProblem> guard_toml(std::string_view text) {
  uint32_t nesting = 0;
  uint32_t dots = 0;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  for (size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
       at < text.size();) {
    const char c = text[at];
    switch (c) {
      case '#':
        at = skip_comment(text, at);
        continue;
      case '"':
      case '\'':
        at = skip_string(text, at);
        continue;
      case '[':
      case '{':
        dots = 0;
        if (++nesting > kNestingMax)
          return problem_at(text, at, fmt::format("brackets deeper than {} levels", kNestingMax));
        break;
      case ']':
      case '}':
        dots = 0;
        if (nesting > 0) --nesting;
        break;
      case '.':
        if (++dots >= kKeyPartsMax)
          return problem_at(text, at, fmt::format("a key of more than {} parts", kKeyPartsMax));
        break;
      case '=':
      case ',':
      case '\n':
        dots = 0;
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x80) break;
        return problem_at(text, at,
                          fmt::format("\"{}\" may stand in quotes and comments only",
                                      text.substr(at, utf8_next(text.substr(at)).size)));
    }
    ++at;
  }
  return std::nullopt;
}

}  // namespace svc
