// names.h — what the compiler calls a type and the values of an enum.
//
// Why: an enum crosses HTTP by name ("red", not 0), and a schema needs the name of a struct. Both
// are in __PRETTY_FUNCTION__.
// Enumerators from -16 to 239 (unsigned: 0 to 255) are found; the enum needs an underlying type
// (`enum class` has one).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace svc {

struct EnumName {
  std::string_view name;
  int64_t value;
};

namespace detail {

// A name that C++ has taken is written with an underscore behind it: `class_` is "class" outside.
constexpr std::string_view outside_name(std::string_view name) {
  if (name.size() > 1 && name.back() == '_') name.remove_suffix(1);
  return name;
}

template <class T>
consteval std::string_view spell_type() {
  return __PRETTY_FUNCTION__;
}

// "Order" of shop::Order; for a template everything after the last "::" before its arguments.
template <class T>
consteval std::string_view type_name() {
  std::string_view text = spell_type<T>();
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  const size_t arguments = text.find('<');
  const size_t scope = text.substr(0, arguments).rfind("::");
  return scope == std::string_view::npos ? text : text.substr(scope + 2);
}

inline constexpr int kEnumLowest = -16;
inline constexpr int kEnumCount = 256;

// One instantiation spells all candidates: "{color::red, (color)1, …}".
template <auto... Values>
consteval std::string_view spell_values() {
  return __PRETTY_FUNCTION__;
}

// The whole range that the underlying type has; a cast outside it would be undefined.
template <class E>
inline constexpr int64_t kEnumFirst = std::is_signed_v<std::underlying_type_t<E>> ? kEnumLowest : 0;
template <class E>
inline constexpr size_t kEnumSpan = sizeof(E) > 1 ? size_t{kEnumCount}
                                                  : (std::is_signed_v<std::underlying_type_t<E>>
                                                         ? size_t{128 + 16}
                                                         : size_t{256});

template <class E, size_t... I>
consteval std::string_view spell_enum(std::index_sequence<I...>) {
  return spell_values<static_cast<E>(kEnumFirst<E> + static_cast<int64_t>(I))...>();
}

// Walks over the list and calls found(name, value) for each candidate that has a name.
template <class E, class Found>
constexpr void each_enumerator(Found&& found) {
  std::string_view text = spell_enum<E>(std::make_index_sequence<kEnumSpan<E>>{});
  text.remove_prefix(text.find("Values = ") + 10);  // And the opening bracket.
  for (size_t i = 0; i < kEnumSpan<E>; ++i) {
    // The type inside the brackets may hold commas: it ends at the matching one.
    size_t end = 0;
    for (int depth = 0; end < text.size(); ++end) {
      const char c = text[end];
      if (c == '(' || c == '<' || c == '{') ++depth;
      if (depth == 0 && (c == ',' || c == '}' || c == '>' || c == ']')) break;
      if (c == ')' || c == '>' || c == '}') --depth;
    }
    const std::string_view item = text.substr(0, end);
    // A value without a name is spelt as a cast, "(color)7"; a name may begin with a bracket too:
    // "(anonymous namespace)::color::red".
    const size_t cast = item.rfind(')');
    if (cast == std::string_view::npos || item[cast + 1] == ':') {
      const size_t scope = item.rfind(':');
      found(outside_name(scope == std::string_view::npos ? item : item.substr(scope + 1)),
            kEnumFirst<E> + static_cast<int64_t>(i));
    }
    text.remove_prefix(end + 2 < text.size() ? end + 2 : text.size());
  }
}

template <class E>
consteval size_t count_enumerators() {
  size_t count = 0;
  each_enumerator<E>([&](std::string_view, int64_t) { ++count; });
  return count;
}

template <class E>
consteval auto enum_names() {
  std::array<EnumName, count_enumerators<E>()> names{};
  size_t at = 0;
  each_enumerator<E>([&](std::string_view name, int64_t value) { names[at++] = {name, value}; });
  return names;
}

}  // namespace detail
}  // namespace svc
