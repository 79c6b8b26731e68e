// json_syntax.h — whether a text is JSON (RFC 8259), found out by the compiler where it can.
//
// Why beside the parser: what a service says as JSON by hand (the example of a svc::Doc) is printed
// into its OpenAPI document as it is, where a missing quote would break all of it. The text is
// known when the service is compiled, so that is when it is refused.
#pragma once

#include <cstddef>
#include <string_view>

namespace svc::detail {

class JsonSyntax {
 public:
  static constexpr int kDepthMax = 64;

  constexpr explicit JsonSyntax(std::string_view text) : rest_(text) {}

  // One value, and nothing behind it.
  constexpr bool whole() {
    if (!value(0)) return false;
    skip_blanks();
    return rest_.empty();
  }

 private:
  constexpr bool value(int depth) {
    skip_blanks();
    if (rest_.empty() || depth > kDepthMax) return false;
    if (rest_.front() == '{') return members(depth, '}', true);
    if (rest_.front() == '[') return members(depth, ']', false);
    if (rest_.front() == '"') return string();
    return word("true") || word("false") || word("null") || number();
  }

  constexpr bool members(int depth, char end, bool named) {
    rest_.remove_prefix(1);
    skip_blanks();
    if (take(end)) return true;
    for (;;) {
      skip_blanks();
      if (named && !(string() && separator(':'))) return false;
      if (!value(depth + 1)) return false;
      if (separator(end)) return true;
      if (!take(',')) return false;
    }
  }

  constexpr bool string() {
    if (!take('"')) return false;
    while (!rest_.empty()) {
      if (take('"')) return true;
      if (static_cast<unsigned char>(rest_.front()) < 0x20) return false;
      const bool escaped = take('\\');
      if (escaped && !escape()) return false;
      if (!escaped) rest_.remove_prefix(1);
    }
    return false;
  }

  constexpr bool escape() {
    if (take('u')) {
      for (int i = 0; i < 4; ++i) {
        if (rest_.empty() || !contains("0123456789abcdefABCDEF", rest_.front())) return false;
        rest_.remove_prefix(1);
      }
      return true;
    }
    if (rest_.empty() || !contains("\"\\/bfnrt", rest_.front())) return false;
    rest_.remove_prefix(1);
    return true;
  }

  constexpr bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
  }

  constexpr bool digits() {
    bool any = false;
    for (; !rest_.empty() && contains("0123456789", rest_.front()); any = true) {
      rest_.remove_prefix(1);
    }
    return any;
  }

  constexpr bool word(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  constexpr bool separator(char c) {
    skip_blanks();
    return take(c);
  }
  constexpr bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  constexpr void skip_blanks() {
    while (!rest_.empty() && contains(" \t\r\n", rest_.front())) rest_.remove_prefix(1);
  }
  static constexpr bool contains(std::string_view set, char c) {
    return set.find(c) != std::string_view::npos;
  }

  std::string_view rest_;
};

constexpr bool is_json_text(std::string_view text) { return JsonSyntax(text).whole(); }

}  // namespace svc::detail
