#include "core/http/route_pattern.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/http/chars.h"
#include "core/http/percent.h"
#include "core/http/router.h"

namespace svc {
namespace {

Error wrong(std::string_view pattern, std::string_view what) {
  return Error::invalid(fmt::format("route \"{}\": {}", pattern, what));
}

bool is_identifier(std::string_view name) noexcept {
  constexpr auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || !is_letter(name.front())) return false;
  return std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

Result<PatternSegment> parse_segment(std::string_view pattern, std::string_view text) {
  using Kind = PatternSegment::Kind;
  if (text.find_first_of("{}") == std::string_view::npos) {
    if (text.find_first_of("?#") != std::string_view::npos || !all_chars(text, kValueChar)) {
      return wrong(pattern, "a path has no '?', no '#' and no control characters");
    }
    auto literal = percent_decode(text);
    if (!literal) return wrong(pattern, literal.error().text);
    if (literal->find('/') != std::string::npos) {
      return wrong(pattern, "%2F is no slash: write it as a parameter");
    }
    return PatternSegment{Kind::literal, *std::move(literal)};
  }
  if (!text.starts_with('{') || !text.ends_with('}')) {
    return wrong(pattern, "a parameter is a whole segment, as in /orders/{id}");
  }
  std::string_view name = text.substr(1, text.size() - 2);
  const Kind kind = name.ends_with("...") ? Kind::wildcard : Kind::parameter;
  if (kind == Kind::wildcard) name.remove_suffix(3);
  if (!is_identifier(name)) {
    return wrong(pattern, fmt::format("\"{}\" is no parameter name (letters, digits, _)", name));
  }
  return PatternSegment{kind, std::string(name)};
}

}  // namespace

Result<std::vector<PatternSegment>> parse_pattern(std::string_view pattern) {
  using Kind = PatternSegment::Kind;
  if (!pattern.starts_with('/')) return wrong(pattern, "a pattern begins with '/'");
  std::vector<PatternSegment> segments;
  size_t parameters = 0;
  for (size_t at = 0; at != std::string_view::npos;) {
    const size_t next = pattern.find('/', at + 1);
    if (!segments.empty() && segments.back().kind == Kind::wildcard) {
      return wrong(pattern, "nothing can follow {" + segments.back().text + "...}");
    }
    SVC_TRY(PatternSegment segment, parse_segment(pattern, pattern.substr(at + 1, next - at - 1)));
    if (segment.kind != Kind::literal) {
      const bool twice = std::ranges::any_of(segments, [&](const PatternSegment& earlier) {
        return earlier.kind != Kind::literal && earlier.text == segment.text;
      });
      if (twice) return wrong(pattern, "{" + segment.text + "} occurs twice");
      if (++parameters > PathParameters::kMax) {
        return wrong(pattern, fmt::format("more than {} parameters", PathParameters::kMax));
      }
    }
    segments.push_back(std::move(segment));
    at = next;
  }
  return segments;
}

}  // namespace svc
