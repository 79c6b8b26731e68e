// describe.h — makes the TypeInfo of a type, in the compiler: type_info<T>().
//
// A new kind of type is described here, and in nothing else that is a template.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "core/sdk/types/constrained.h"
#include "core/sdk/types/members.h"
#include "core/sdk/types/type_info.h"

namespace svc {

// A JSON value as its text, neither looked into nor changed: as a result, as a body, as a member.
struct Json {
  std::string text = "null";  // REQUIRES, as a result: one valid JSON value.
};

namespace detail {

template <class T, template <class...> class Template>
inline constexpr bool is_of = false;
template <template <class...> class Template, class... A>
inline constexpr bool is_of<Template<A...>, Template> = true;

template <class T>
inline constexpr bool is_int = false;
template <int64_t Min, int64_t Max>
inline constexpr bool is_int<Int<Min, Max>> = true;

template <class T>
inline constexpr bool is_text = false;
template <size_t Min, size_t Max>
inline constexpr bool is_text<Text<Min, Max>> = true;

template <class T>
inline constexpr bool is_std_array = false;
template <class T, size_t N>
inline constexpr bool is_std_array<std::array<T, N>> = true;

template <class T>
struct DefaultOf {
  static constexpr bool is = false;
};
template <class T, Constant V>
struct DefaultOf<Default<T, V>> {
  static constexpr bool is = true;
  using type = T;
};

template <class T>
inline constexpr bool is_borrowed_text =
    std::is_same_v<T, std::string_view> || std::is_same_v<std::decay_t<T>, const char*> ||
    std::is_same_v<std::decay_t<T>, char*>;

template <class T>
inline constexpr bool is_integer =
    std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char> &&
    !std::is_same_v<T, wchar_t> && !std::is_same_v<T, char8_t> && !std::is_same_v<T, char16_t> &&
    !std::is_same_v<T, char32_t>;

template <class T>
inline constexpr bool is_map = is_of<T, std::map> || is_of<T, std::unordered_map>;

// A struct to be taken apart: not one of the library's own types that happen to be aggregates.
template <class T>
inline constexpr bool is_plain_struct =
    std::is_class_v<T>&& std::is_aggregate_v<T> && !is_std_array<T> && !std::is_same_v<T, Json>;

// Scalars, enums and texts: what one piece of a path, a query or a header can hold.
template <class T>
inline constexpr bool is_text_like =
    std::is_same_v<T, bool> || is_integer<T> || std::is_same_v<T, float> ||
    std::is_same_v<T, double> || std::is_same_v<T, std::string> || std::is_enum_v<T> || is_int<T> ||
    is_text<T>;
template <class T, Constant V>
inline constexpr bool is_text_like<Default<T, V>> = is_text_like<T>;

template <class T>
inline constexpr bool is_describable =
    is_text_like<T> || is_of<T, std::optional> || is_of<T, std::vector> || is_std_array<T> ||
    is_map<T> || is_plain_struct<T> || std::is_same_v<T, Json> || DefaultOf<T>::is;

template <class T>
struct TypeInfoOf {
  static const TypeInfo value;
};

}  // namespace detail

template <class T>
constexpr const TypeInfo& type_info() noexcept {
  return detail::TypeInfoOf<T>::value;
}

namespace detail {

template <class T>
constexpr TypeInfo describe_integer(int64_t minimum, uint64_t maximum) {
  TypeInfo info{TypeKind::integer};
  info.size = sizeof(T);
  info.is_signed = std::is_signed_v<T>;
  info.minimum = minimum;
  info.maximum = maximum;
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
  ListOps ops{};
  ops.size = [](const void* list) { return static_cast<const L*>(list)->size(); };
  if constexpr (std::is_same_v<L, std::vector<bool>>) {
    ops.append_bool = [](void* list, bool value) { static_cast<L*>(list)->push_back(value); };
    ops.bool_at = [](const void* list, size_t i) -> bool {
      return (*static_cast<const L*>(list))[i];
    };
  } else {
    ops.at = [](const void* list, size_t i) -> const void* {
      return &(*static_cast<const L*>(list))[i];
    };
    if constexpr (is_of<L, std::vector>) {
      ops.append = [](void* list) -> void* { return &static_cast<L*>(list)->emplace_back(); };
    }
  }
  return ops;
}
template <class L>
inline constexpr ListOps kListOps = list_ops<L>();

template <class M>
inline constexpr MapOps kMapOps = {
    [](void* map, std::string key) -> void* {
      const auto [at, added] = static_cast<M*>(map)->try_emplace(std::move(key));
      return added ? &at->second : nullptr;
    },
    [](const void* map, void* state,
       void (*visit)(void* state, const std::string& key, const void* value)) {
      for (const auto& [key, value] : *static_cast<const M*>(map)) visit(state, key, &value);
    }};

template <class T, size_t... I, class... M>
constexpr std::array<FieldInfo, sizeof...(M)> describe_fields(std::index_sequence<I...>,
                                                              TypeList<M...>) {
  return {FieldInfo{member_name<T, I>(), &TypeInfoOf<M>::value}...};
}
template <class T>
inline constexpr auto kFields = describe_fields<T>(std::make_index_sequence<member_count<T>>{},
                                                   MemberTypes<T>{});

template <class T>
void member_addresses(const void* object, const void** out) {
  visit_members(*static_cast<const T*>(object), [out](const auto&... members) {
    [[maybe_unused]] const void** at = out;
    ((*at++ = std::addressof(members)), ...);
  });
}
template <class T>
inline constexpr ObjectOps kObjectOps = {kFields<T>, &member_addresses<T>};

template <class T>
constexpr TypeInfo describe_struct() {
  static_assert(!has_base<T>,
                "svc: a struct with a base class can't be taken apart: make the base "
                "a member");
  static_assert(std::is_default_constructible_v<T>,
                "svc: a struct that is read needs members that can be made without arguments");
  TypeInfo info{TypeKind::object};
  info.name = type_name<T>();
  info.object = &kObjectOps<T>;
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
  } else if constexpr (is_of<T, std::vector>) {
    TypeInfo info{TypeKind::list};
    info.element = &TypeInfoOf<typename T::value_type>::value;
    info.list = &kListOps<T>;
    return info;
  } else {
    static_assert(std::is_same_v<typename T::key_type, std::string>,
                  "svc: the keys of a map that crosses HTTP are std::string");
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
constexpr TypeInfo describe() {
  static_assert(!is_borrowed_text<T>,
                "svc: std::string_view and C strings refer to text that "
                "somebody else owns: use std::string");
  static_assert(is_borrowed_text<T> || is_describable<T>,
                "svc: this type can't cross HTTP: use bool, numbers, std::string, enums, plain "
                "structs, std::optional, std::vector, std::array, std::map with string keys");
  if constexpr (DefaultOf<T>::is) {
    static_assert(sizeof(T) == sizeof(typename DefaultOf<T>::type), "its address is the value's");
    TypeInfo info = describe<typename DefaultOf<T>::type>();
    info.presence = Presence::defaulted;
    return info;
  } else if constexpr (std::is_same_v<T, bool>) {
    return TypeInfo{TypeKind::boolean};
  } else if constexpr (is_int<T>) {
    static_assert(sizeof(T) == sizeof(int64_t));
    return describe_integer<int64_t>(T::kMin, static_cast<uint64_t>(T::kMax));
  } else if constexpr (is_integer<T>) {
    return describe_integer<T>(static_cast<int64_t>(std::numeric_limits<T>::min()),
                               static_cast<uint64_t>(std::numeric_limits<T>::max()));
  } else if constexpr (std::is_floating_point_v<T>) {
    TypeInfo info{TypeKind::number};
    info.size = sizeof(T);
    return info;
  } else if constexpr (std::is_same_v<T, std::string>) {
    return describe_text<T>(0, SIZE_MAX);
  } else if constexpr (is_text<T>) {
    return describe_text<T>(T::kMin, T::kMax);
  } else if constexpr (std::is_enum_v<T>) {
    return describe_enum<T>();
  } else if constexpr (std::is_same_v<T, Json>) {
    return TypeInfo{TypeKind::json};
  } else if constexpr (is_std_array<T>) {
    return describe_array<T>();
  } else if constexpr (is_plain_struct<T>) {
    return describe_struct<T>();
  } else if constexpr (is_describable<T>) {
    return describe_container<T>();
  } else {
    return TypeInfo{TypeKind::json};  // Never: refused above.
  }
}

template <class T>
constinit const TypeInfo TypeInfoOf<T>::value = describe<T>();

}  // namespace detail
}  // namespace svc
