// formats.h — texts of a known form: svc::Email, svc::Url, svc::Pattern<"…">, svc::Literal<"…">.
//
//   struct Signup {
//     svc::Email email;
//     svc::Pattern<"^[a-z][a-z0-9_]*$", 3, 20> name;
//     svc::Literal<"signup"> kind;
//   };
//
// Each behaves as a std::string.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/api.h"
#include "core/sdk/types/constrained.h"
#include "core/sdk/types/describe.h"
#include "core/sdk/types/regex_syntax.h"

namespace svc {

// name@host.domain: at most 254 bytes, 64 before the @, no quotes, no comments; other scripts'
// letters on either side. Whether somebody reads there is for a mail to find out.
class Email : public std::string {
 public:
  using std::string::string;
  Email() = default;
  Email(std::string text) noexcept : std::string(std::move(text)) {}
};

// An absolute http or https URL with a host, ASCII as RFC 3986 has it, at most 8 KiB.
class Url : public std::string {
 public:
  using std::string::string;
  Url() = default;
  Url(std::string text) noexcept : std::string(std::move(text)) {}
};

// A text of Min..Max characters in which a regular expression is found; ^ and $ make that the whole
// text, as in JSON Schema. Its time is linear in the text. The compiler checks the expression;
// regex_syntax.h says what may stand in one.
template <FixedString Expression, size_t Min = 0, size_t Max = std::numeric_limits<size_t>::max()>
class Pattern : public std::string {
  static constexpr detail::RegexFault kFault = detail::check_regex(Expression);
  static_assert(kFault != detail::RegexFault::bracket,
                "svc: a ( or [ of the pattern isn't closed, or a bracket stands alone: write \\( "
                "for the character");
  static_assert(kFault != detail::RegexFault::repeat,
                "svc: in the pattern * + ? or { repeats nothing, or {n,m} has n > m or m > 1000");
  static_assert(kFault != detail::RegexFault::escape,
                "svc: the pattern has an escape that isn't known: there are \\d \\w \\s "
                "\\D \\W \\S \\b \\B \\n \\r \\t \\f \\v \\xHH and escaped "
                "punctuation, no back-references");
  static_assert(kFault != detail::RegexFault::group,
                "svc: the pattern has a (? that isn't (?:…): there is no look-around, as that "
                "can't be matched in linear time");
  static_assert(kFault != detail::RegexFault::range,
                "svc: a class of the pattern has a range whose ends are no single ASCII "
                "characters in their order, or is empty");
  static_assert(kFault != detail::RegexFault::size, "svc: the pattern is too large");
  static_assert(Min <= Max, "svc: Pattern<expression, min, max> needs min <= max");

 public:
  static constexpr std::string_view kExpression = Expression;

  using std::string::string;
  Pattern() = default;
  Pattern(std::string text) noexcept : std::string(std::move(text)) {}
};

// This text and no other: what tells the structs of a std::variant apart, or names a version.
template <FixedString Value>
class Literal {
  static_assert(!Value.view().empty(), "svc: a Literal has a text");

 public:
  static constexpr std::string_view value() noexcept { return Value; }
  constexpr operator std::string_view() const noexcept { return Value; }
};

namespace detail {

SVC_API bool is_email(std::string_view text) noexcept;
SVC_API bool is_url(std::string_view text) noexcept;

inline constexpr TextFormat kEmailFormat = {
    .name = "email", .type = "value_error", .msg = "must be an e-mail address", .fits = is_email};
inline constexpr TextFormat kUrlFormat = {
    .name = "uri", .type = "url_parsing", .msg = "must be a http or https URL", .fits = is_url};

template <>
struct Described<Email> {
  static constexpr bool text_like = true;
  static constexpr TypeInfo info() {
    TypeInfo info = describe_text<Email>(0, SIZE_MAX);
    info.format = &kEmailFormat;
    return info;
  }
};
template <>
struct Described<Url> {
  static constexpr bool text_like = true;
  static constexpr TypeInfo info() {
    TypeInfo info = describe_text<Url>(0, SIZE_MAX);
    info.format = &kUrlFormat;
    return info;
  }
};

template <FixedString Expression>
inline constexpr TextFormat kPatternFormat = {.pattern = Expression};
template <FixedString Expression, size_t Min, size_t Max>
struct Described<Pattern<Expression, Min, Max>> {
  static constexpr bool text_like = true;
  static constexpr TypeInfo info() {
    TypeInfo info = describe_text<Pattern<Expression, Min, Max>>(Min, Max);
    info.format = &kPatternFormat<Expression>;
    return info;
  }
};

template <FixedString Value>
inline constexpr std::string_view kLiteralText = Value;
template <FixedString Value>
inline constexpr TextFormat kLiteralFormat = {.literal = kLiteralText<Value>,
                                              .type = "literal_error"};
template <FixedString Value>
inline constexpr ParsedOps kLiteralOps = {
    [](std::string_view text, void*) { return text == kLiteralText<Value>; },
    [](const void*, std::string& out) { out += kLiteralText<Value>; }};
template <FixedString Value>
struct Described<Literal<Value>> {
  static constexpr bool text_like = true;
  static constexpr TypeInfo info() {
    TypeInfo info{TypeKind::parsed};
    info.format = &kLiteralFormat<Value>;
    info.parsed = &kLiteralOps<Value>;
    return info;
  }
};

}  // namespace detail
}  // namespace svc
