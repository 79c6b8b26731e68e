// pattern.h — the path of a route, checked against its handler while the service is compiled.
//
// "/orders/{id}": one path parameter for each placeholder, in order; a placeholder is a whole
// segment. "/files/{path...}": the rest of the path, last, for a std::string. svc::runtime("…") is
// for paths that aren't known to the compiler; the same rules are checked at boot.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/sdk/runtime_pattern.h"
#include "core/sdk/signature.h"

namespace svc {

namespace detail {

enum class PatternFault : uint8_t {
  none,
  no_slash,
  brace,
  empty_name,
  bad_name,
  typed,
  angle,
  same_name,
  rest_not_last,
  rest_not_text,
  too_few,
  too_many,
};

constexpr bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// One "{name}" or "{name...}".
struct Placeholder {
  std::string_view name;
  bool rest = false;
};

constexpr PatternFault read_placeholder(std::string_view segment, Placeholder& out) {
  constexpr std::string_view kRest = "...";
  if (segment.back() != '}') return PatternFault::brace;
  out.name = segment.substr(1, segment.size() - 2);
  out.rest =
      out.name.size() >= kRest.size() && out.name.substr(out.name.size() - kRest.size()) == kRest;
  if (out.rest) out.name.remove_suffix(kRest.size());
  if (out.name.empty()) return PatternFault::empty_name;
  for (const char c : out.name) {
    if (c == ':') return PatternFault::typed;
    if (!is_name_char(c))
      return c == '{' || c == '}' ? PatternFault::brace : PatternFault::bad_name;
  }
  return PatternFault::none;
}

// `Handler` is a Signature. Pure, so the compiler and the boot run the same rules.
template <class Handler>
constexpr PatternFault judge_pattern(std::string_view pattern) {
  // "" is the path of the group itself; an App, whose prefix is empty, refuses it when it runs.
  if (!pattern.empty() && pattern.front() != '/') return PatternFault::no_slash;
  constexpr size_t kMax = 16;
  std::string_view names[kMax];
  size_t count = 0;
  for (size_t at = 1; at <= pattern.size();) {
    size_t end = pattern.find('/', at);
    if (end == std::string_view::npos) end = pattern.size();
    const std::string_view segment = pattern.substr(at, end - at);
    at = end + 1;
    if (segment.size() > 1 && segment.front() == '<' && segment.back() == '>') {
      return PatternFault::angle;
    }
    if (segment.find_first_of("{}") == std::string_view::npos) continue;
    if (segment.front() != '{') return PatternFault::brace;
    Placeholder placeholder;
    if (const auto fault = read_placeholder(segment, placeholder); fault != PatternFault::none) {
      return fault;
    }
    for (size_t i = 0; i < count; ++i) {
      if (names[i] == placeholder.name) return PatternFault::same_name;
    }
    if (placeholder.rest && end != pattern.size()) return PatternFault::rest_not_last;
    if (count == kMax || count == Handler::placeholders()) return PatternFault::too_few;
    if (placeholder.rest && !Handler::placeholder_is_text(count))
      return PatternFault::rest_not_text;
    names[count++] = placeholder.name;
  }
  return count < Handler::placeholders() ? PatternFault::too_many : PatternFault::none;
}

constexpr std::string_view spoken(PatternFault fault) {
  switch (fault) {
    case PatternFault::none:
      return "";
    case PatternFault::no_slash:
      return "a pattern begins with '/'";
    case PatternFault::brace:
      return "a placeholder is a whole segment: /orders/{id}";
    case PatternFault::empty_name:
      return "a placeholder needs a name: {id}";
    case PatternFault::bad_name:
      return "a placeholder's name has letters, digits and '_' only";
    case PatternFault::typed:
      return "a placeholder's type is that of the handler's parameter: {id}; the rest of the path "
             "is {name...}";
    case PatternFault::angle:
      return "a placeholder is written {id}";
    case PatternFault::same_name:
      return "two placeholders have the same name";
    case PatternFault::rest_not_last:
      return "only the last segment can be {name...}";
    case PatternFault::rest_not_text:
      return "{name...} is taken by a std::string or EncodedPath";
    case PatternFault::too_few:
      return "the handler has fewer path parameters than placeholders";
    case PatternFault::too_many:
      return "the handler has more path parameters than placeholders";
  }
  return "";
}

consteval void refuse_at_compile_time(PatternFault fault) {
  if (fault == PatternFault::no_slash) refuse("svc: a pattern begins with '/'");
  if (fault == PatternFault::brace) refuse("svc: a placeholder is a whole segment: /orders/{id}");
  if (fault == PatternFault::empty_name) refuse("svc: a placeholder needs a name: {id}");
  if (fault == PatternFault::bad_name) refuse("svc: a name has letters, digits and '_' only");
  if (fault == PatternFault::typed)
    refuse("svc: the type is the handler's parameter's: {id}; the rest of the path is {name...}");
  if (fault == PatternFault::angle) refuse("svc: a placeholder is written {id}");
  if (fault == PatternFault::same_name) refuse("svc: two placeholders have the same name");
  if (fault == PatternFault::rest_not_last) refuse("svc: only the last segment can be {name...}");
  if (fault == PatternFault::rest_not_text)
    refuse("svc: {name...} is taken by a std::string or EncodedPath");
  if (fault == PatternFault::too_few) refuse("svc: fewer path parameters than placeholders");
  if (fault == PatternFault::too_many) refuse("svc: more path parameters than placeholders");
}

}  // namespace detail

template <class H>
class RoutePattern {
 public:
  template <size_t N>
  consteval RoutePattern(const char (&text)[N]) : text_(text, N - 1) {
    // A handler whose type is refused (check_handler) is refused with that sentence alone.
    if constexpr (detail::SignatureOf<H>::placed) {
      detail::refuse_at_compile_time(detail::judge_pattern<detail::SignatureOf<H>>(text_));
    }
  }
  template <detail::UnseenText S>
  RoutePattern(S&&) {
    static_assert(!detail::UnseenText<S>,
                  "svc: a pattern that is no literal is checked at boot: svc::runtime(pattern)");
  }
  // Throws std::invalid_argument. REQUIRES: `pattern` outlives this object.
  RoutePattern(const RuntimePattern& pattern) : text_(pattern.text) {
    if constexpr (detail::SignatureOf<H>::placed) {
      const auto fault = detail::judge_pattern<detail::SignatureOf<H>>(text_);
      if (fault != detail::PatternFault::none) {
        throw std::invalid_argument("route " + pattern.text + ": " + std::string(spoken(fault)));
      }
    }
  }

  constexpr std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;
};

}  // namespace svc
