// path_template.h — the path of a call with places for arguments: "/prices/{}", checked while the
// service is compiled.
//
// Why: a path that is put together with + lets whoever chose the pieces choose the path. Each
// argument is percent-encoded here, '/' and '?' included, and one that would still change the path
// (empty, ".", "..") is refused.
#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/base/api.h"
#include "core/sdk/runtime_pattern.h"
#include "core/sdk/types/describe.h"

namespace svc {

namespace detail {

enum class TemplateFault : uint8_t { none, no_slash, brace, too_few, too_many };

constexpr TemplateFault judge_template(std::string_view text, size_t arguments) {
  if (text.empty() || text.front() != '/') return TemplateFault::no_slash;
  size_t places = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '}') return TemplateFault::brace;
    if (text[i] != '{') continue;
    if (i + 1 == text.size() || text[++i] != '}') return TemplateFault::brace;
    ++places;
  }
  if (places < arguments) return TemplateFault::too_many;
  return places > arguments ? TemplateFault::too_few : TemplateFault::none;
}

consteval void refuse_template(TemplateFault fault) {
  if (fault == TemplateFault::no_slash) refuse("svc: the path of a call begins with '/'");
  if (fault == TemplateFault::brace) refuse("svc: an argument's place is written {}");
  if (fault == TemplateFault::too_few) refuse("svc: fewer arguments than {} in the path");
  if (fault == TemplateFault::too_many) refuse("svc: more arguments than {} in the path");
}

// As it stands in a path, a query or a form, before encoding: texts as they are, all else as JSON
// has it, without quotes.
SVC_API std::string argument_text(const TypeInfo& type, const void* value);

template <class T>
std::string argument_text(const T& value) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return std::string(std::string_view(value));
  } else {
    return argument_text(type_info<T>(), &value);
  }
}

}  // namespace detail

template <class... Arguments>
class PathTemplate {
 public:
  template <size_t N>
  consteval PathTemplate(const char (&text)[N]) : text_(text, N - 1) {
    detail::refuse_template(detail::judge_template(text_, sizeof...(Arguments)));
  }
  // Throws std::invalid_argument. REQUIRES: `path` outlives this object.
  PathTemplate(const RuntimePattern& path) : text_(path.text) {
    if (detail::judge_template(text_, sizeof...(Arguments)) != detail::TemplateFault::none)
      throw std::invalid_argument("the path " + path.text + " doesn't fit its arguments");
  }
  constexpr std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;
};

namespace detail {

// Throws Problem 400 for an argument that would change the path. REQUIRES: judged.
SVC_API std::string fill_template(std::string_view text,
                                  std::initializer_list<std::string> arguments);

}  // namespace detail
}  // namespace svc
