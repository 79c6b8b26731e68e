// tables.h — the rows of a type's table, each made in the compiler: how to reach its members, its
// elements, its alternatives.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/sdk/types/fields.h"
#include "core/sdk/types/kinds.h"
#include "core/sdk/types/members.h"
#include "core/sdk/types/names.h"
#include "core/sdk/types/type_info.h"

namespace svc::detail {

template <class T>
struct TypeInfoOf {
  static const TypeInfo value;
};

template <class T>
constexpr TypeInfo describe_integer(int64_t minimum, uint64_t maximum) {
  TypeInfo info{TypeKind::integer};
  info.size = sizeof(T);
  info.is_signed = std::is_signed_v<T>;
  info.minimum = minimum;
  info.maximum = maximum;
  return info;
}

template <class N>
inline constexpr NumberBounds kNumberBounds = {N::kMin.value, N::kMax.value, N::kMin.open,
                                               N::kMax.open};

template <class T>
constexpr TypeInfo describe_number() {
  TypeInfo info{TypeKind::number};
  info.size = sizeof(T);
  if constexpr (is_number<T>) info.bounds = &kNumberBounds<T>;
  return info;
}

template <class T>
inline constexpr auto kEnumerators = enum_names<T>();

template <class T>
constexpr TypeInfo describe_enum() {
  static_assert(
      requires { T{0}; },
      "svc: an enum that crosses HTTP needs an underlying type: write "
      "`enum class` or `enum name : int`");
  TypeInfo info{TypeKind::enumeration};
  info.size = sizeof(T);
  info.is_signed = std::is_signed_v<std::underlying_type_t<T>>;
  static_assert(!kEnumerators<T>.empty(),
                "svc: an enum crosses HTTP by name, and this one has no enumerator between -16 and "
                "239 (unsigned: 0 and 255): specialise svc::as_text<T>, or take an integer");
  info.name = type_name<T>();
  info.enumerators = kEnumerators<T>;
  return info;
}

template <class T>
inline constexpr OptionalOps kOptionalOps = {
    [](void* optional) -> void* { return &static_cast<std::optional<T>*>(optional)->emplace(); },
    [](const void* optional) -> const void* {
      const auto& value = *static_cast<const std::optional<T>*>(optional);
      return value ? static_cast<const void*>(&*value) : nullptr;
    }};

template <class L>
constexpr ListOps list_ops() {
  static_assert(!is_secret<typename L::value_type>,
                "svc: a svc::Secret is a member of a struct, or inside a std::optional member");
  ListOps ops{};
  ops.size = [](const void* list) { return static_cast<const L*>(list)->size(); };
  if constexpr (!is_std_array<L>) {
    ops.clear = [](void* list) { static_cast<L*>(list)->clear(); };
  }
  constexpr bool has_places = requires(L & list) { list[0]; };
  if constexpr (!has_places || std::is_same_v<L, std::vector<bool>>) {
    ops.add = [](void* list, void* state, void (*fill)(void*, void*)) {
      typename L::value_type element{};
      fill(state, &element);
      static_cast<L*>(list)->insert(static_cast<L*>(list)->end(), std::move(element));
    };
    ops.each = [](const void* list, void* state, void (*visit)(void*, const void*)) {
      for (const typename L::value_type& element : *static_cast<const L*>(list)) {
        visit(state, &element);
      }
    };
  } else {
    ops.at = [](const void* list, size_t i) -> const void* {
      return &(*static_cast<const L*>(list))[i];
    };
    if constexpr (!is_std_array<L>) {
      if constexpr (requires(L & list) { list.reserve(size_t{}); }) {
        ops.reserve = [](void* list, size_t count) { static_cast<L*>(list)->reserve(count); };
      }
      ops.append = [](void* list) -> void* { return &static_cast<L*>(list)->emplace_back(); };
    }
  }
  return ops;
}
template <class L>
inline constexpr ListOps kListOps = list_ops<L>();

template <class M>
inline constexpr MapOps kMapOps = {
    [](const void* map) { return static_cast<const M*>(map)->size(); },
    [](void* map, std::string key) -> void* {
      const auto [at, added] = static_cast<M*>(map)->try_emplace(std::move(key));
      return added ? &at->second : nullptr;
    },
    [](const void* map, void* state,
       void (*visit)(void* state, const std::string& key, const void* value)) {
      for (const auto& [key, value] : *static_cast<const M*>(map)) visit(state, key, &value);
    },
    [](void* map) { static_cast<M*>(map)->clear(); }};

// All keys of a struct in one text, each as it is written: `,"id":,"name":`.
template <class T>
consteval auto key_text() {
  constexpr auto names = field_names<T>();
  constexpr size_t size = [] {
    size_t sum = 1;  // No array is empty.
    for (const std::string_view name : field_names<T>()) sum += name.size() + 4;
    return sum;
  }();
  std::array<char, size> text{};
  size_t at = 0;
  for (const std::string_view name : names) {
    text[at++] = ',';
    text[at++] = '"';
    for (const char c : name) text[at++] = c;
    text[at++] = '"';
    text[at++] = ':';
  }
  return text;
}
template <class T>
inline constexpr auto kKeyText = key_text<T>();

constexpr bool needs_no_escape(std::string_view name) {
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\') return false;
  }
  return true;
}

template <class T, class... M>
constexpr std::array<FieldInfo, sizeof...(M)> describe_fields(TypeList<M...>) {
  constexpr auto names = field_names<T>();
  size_t i = 0;
  size_t at = 0;
  [[maybe_unused]] const auto describe_one = [&](const TypeInfo* type) {
    const std::string_view name = names[i++];
    const Doc doc = doc_of<T>(name);
    const std::string_view key(kKeyText<T>.data() + at, name.size() + 4);
    at += key.size();
    return FieldInfo{name, type, doc.text, doc.example, needs_no_escape(name) ? key : ""};
  };
  return {describe_one(&TypeInfoOf<M>::value)...};
}
template <class T>
inline constexpr auto kFields = describe_fields<T>(FieldTypes<T>{});

template <class T>
void member_addresses(const void* object, const void** out) {
  if constexpr (HasApi<T>) {
    T::api::addresses(*static_cast<const T*>(object), out);
  } else {
    visit_members(*static_cast<const T*>(object), [out](const auto&... members) {
      [[maybe_unused]] const void** at = out;
      ((*at++ = std::addressof(members)), ...);
    });
  }
}

template <class T>
concept HasCheck = requires(T& object, Issues& issues) {
  { object.check(issues) } -> std::same_as<void>;
};
// A function of that name that nobody would call.
template <class T>
concept HasOtherCheck = !HasCheck<T> && requires {
  requires std::is_member_function_pointer_v<decltype(&T::check)>;
};

template <class T>
constexpr ObjectOps object_ops() {
  ObjectOps ops{kFields<T>, &member_addresses<T>, nullptr, doc_of<T>("").text};
  if constexpr (HasCheck<T>) {
    // Only what is being read is checked, and that is nobody's constant.
    ops.check = [](const void* object, Issues& issues) {
      static_cast<T*>(const_cast<void*>(object))->check(issues);
    };
  }
  return ops;
}
template <class T>
inline constexpr ObjectOps kObjectOps = object_ops<T>();

template <class T>
constexpr TypeInfo describe_struct() {
  if constexpr (!HasApi<T>) {
    static_assert(!has_base<T>,
                  "svc: a struct with a base class can't be taken apart: make the base a member, "
                  "or list the members: using api = svc::fields<svc::fields_of<Base>, &T::a, ...>");
  }
  static_assert(std::is_default_constructible_v<T>,
                "svc: a struct that is read needs members that can be made without arguments");
  static_assert(type_list_size<FieldTypes<T>> <= kMembersMax,
                "svc: a struct may have at most 64 members");
  static_assert(!HasOtherCheck<T>, "svc: T::check must be void check(svc::Issues&) const");
  static_assert(docs_match<T>(), "svc: a svc::Doc names a member that the struct lacks");
  static_assert(doc_examples_are_json<T>(),
                "svc: the example of a svc::Doc is JSON: a text stands in quotes of its own, "
                "R\"(\"ann\")\"");
  TypeInfo info{TypeKind::object};
  info.name = type_name<T>();
  info.object = &kObjectOps<T>;
  return info;
}

template <class V, size_t... I>
constexpr auto variant_makers(std::index_sequence<I...>) {
  return std::array<void* (*)(V&), sizeof...(I)>{
      [](V& variant) -> void* { return &variant.template emplace<I>(); }...};
}
template <class V>
inline constexpr auto kVariantMakers =
    variant_makers<V>(std::make_index_sequence<std::variant_size_v<V>>{});

template <class V>
inline constexpr std::array<const TypeInfo*, 0> kAlternatives{};
template <class... A>
inline constexpr std::array<const TypeInfo*, sizeof...(A)> kAlternatives<std::variant<A...>> = {
    &TypeInfoOf<A>::value...};

template <class V>
inline constexpr VariantOps kVariantOps = {
    kAlternatives<V>,
    [](void* variant, size_t i) { return kVariantMakers<V>[i](*static_cast<V*>(variant)); },
    [](const void* variant) { return static_cast<const V*>(variant)->index(); },
    [](const void* variant) {
      return std::visit([](const auto& value) { return static_cast<const void*>(&value); },
                        *static_cast<const V*>(variant));
    }};

template <class... A>
constexpr TypeInfo describe_variant(const std::variant<A...>*) {
  using V = std::variant<A...>;
  static_assert((!is_secret<A> && ...),
                "svc: a svc::Secret is a member of a struct, or inside a std::optional member");
  static_assert((!is_of<A, std::optional> && ...),
                "svc: a std::variant has no std::optional alternative: put the variant into the "
                "optional");
  TypeInfo info{TypeKind::variant};
  info.variant = &kVariantOps<V>;
  return info;
}

template <class T>
constexpr TypeInfo describe_array() {
  TypeInfo info{TypeKind::array};
  info.length_min = info.length_max = std::tuple_size_v<T>;
  info.element = &TypeInfoOf<typename T::value_type>::value;
  info.list = &kListOps<T>;
  return info;
}

template <class T>
constexpr TypeInfo describe_container() {
  if constexpr (is_of<T, std::optional>) {
    TypeInfo info{TypeKind::optional, Presence::optional};
    info.element = &TypeInfoOf<typename T::value_type>::value;
    info.optional = &kOptionalOps<typename T::value_type>;
    return info;
  } else if constexpr (is_list<T>) {
    TypeInfo info{TypeKind::list};
    info.unique = is_of<T, std::set> || is_of<T, std::unordered_set>;
    info.element = &TypeInfoOf<typename T::value_type>::value;
    info.list = &kListOps<T>;
    return info;
  } else {
    static_assert(std::is_same_v<typename T::key_type, std::string>,
                  "svc: the keys of a map that crosses HTTP are std::string");
    static_assert(!is_secret<typename T::mapped_type>,
                  "svc: a svc::Secret is a member of a struct, or inside a std::optional member");
    TypeInfo info{TypeKind::map};
    info.element = &TypeInfoOf<typename T::mapped_type>::value;
    info.map = &kMapOps<T>;
    return info;
  }
}

template <class T>
constexpr TypeInfo describe_text(size_t min, size_t max) {
  static_assert(sizeof(T) == sizeof(std::string), "its address is the string's");
  TypeInfo info{TypeKind::text};
  info.length_min = min;
  info.length_max = max;
  return info;
}

template <class T>
constexpr std::string_view as_text_format() {
  if constexpr (requires { as_text<T>::format; }) return as_text<T>::format;
  return {};
}
template <class T>
constexpr std::string_view as_text_msg() {
  if constexpr (requires { as_text<T>::msg; }) return as_text<T>::msg;
  return "has not the right form";
}
template <class T>
constexpr std::string_view as_text_encoding() {
  if constexpr (requires { as_text<T>::encoding; }) return as_text<T>::encoding;
  return {};
}
template <class T>
constexpr std::string_view as_text_issue() {
  if constexpr (requires { as_text<T>::issue; }) return as_text<T>::issue;
  return "value_error";
}
template <class T>
inline constexpr TextFormat kAsTextFormat = {.name = as_text_format<T>(),
                                             .encoding = as_text_encoding<T>(),
                                             .type = as_text_issue<T>(),
                                             .msg = as_text_msg<T>()};
template <class T>
constexpr ParsedOps parsed_ops() {
  ParsedOps ops{};
  ops.parse = [](std::string_view text, void* out) {
    return as_text<T>::parse(text, *static_cast<T*>(out));
  };
  ops.print = [](const void* value, std::string& out) {
    if constexpr (requires { as_text<T>::append(*static_cast<const T*>(value), out); }) {
      as_text<T>::append(*static_cast<const T*>(value), out);
    } else {
      out += as_text<T>::print(*static_cast<const T*>(value));
    }
  };
  if constexpr (requires(T & out) { as_text<T>::from_number(0.0, out); }) {
    ops.from_number = [](double number, void* out) {
      return as_text<T>::from_number(number, *static_cast<T*>(out));
    };
  }
  return ops;
}
template <class T>
inline constexpr ParsedOps kParsedOps = parsed_ops<T>();

template <class T>
constexpr TypeInfo describe_as_text() {
  TypeInfo info{TypeKind::parsed};
  info.format = &kAsTextFormat<T>;
  info.parsed = &kParsedOps<T>;
  return info;
}

}  // namespace svc::detail
