// describe.h — makes the TypeInfo of a type, in the compiler: type_info<T>().
//
// A new kind of type is described here (what it is: kinds.h, its rows: tables.h), and in nothing
// else that is a template; a type that few services use has a header of its own, which specialises
// detail::Described.
#pragma once

#include <limits>
#include <string>
#include <type_traits>

#include "core/sdk/types/kinds.h"
#include "core/sdk/types/tables.h"
#include "core/sdk/types/type_info.h"

namespace svc {

template <class T>
constexpr const TypeInfo& type_info() noexcept {
  return detail::TypeInfoOf<T>::value;
}

namespace detail {

template <class T>
constexpr TypeInfo describe() {
  static_assert(!is_borrowed_text<T>,
                "svc: std::string_view and C strings refer to text that "
                "somebody else owns: use std::string");
  static_assert(is_borrowed_text<T> || is_describable<T>,
                "svc: this type can't cross HTTP: use bool, numbers, std::string, enums, plain "
                "structs, std::optional, std::vector, std::array, std::map with std::string keys, "
                "std::variant, or specialise svc::as_text<T>");
  if constexpr (DefaultOf<T>::is) {
    static_assert(sizeof(T) == sizeof(typename DefaultOf<T>::type), "its address is the value's");
    TypeInfo info = describe<typename DefaultOf<T>::type>();
    info.presence = Presence::defaulted;
    info.with_default = [](void* state, void (*use)(void*, const void*)) {
      const T value{};
      use(state, &value);
    };
    return info;
  } else if constexpr (HasAsText<T>) {
    return describe_as_text<T>();
  } else if constexpr (HasDescription<T>) {
    return Described<T>::info();
  } else if constexpr (std::is_same_v<T, bool>) {
    return TypeInfo{TypeKind::boolean};
  } else if constexpr (is_int<T>) {
    static_assert(sizeof(T) == sizeof(int64_t));
    return describe_integer<int64_t>(T::kMin, static_cast<uint64_t>(T::kMax));
  } else if constexpr (is_integer<T>) {
    return describe_integer<T>(static_cast<int64_t>(std::numeric_limits<T>::min()),
                               static_cast<uint64_t>(std::numeric_limits<T>::max()));
  } else if constexpr (std::is_floating_point_v<T> || is_number<T>) {
    return describe_number<T>();
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
  } else if constexpr (is_of<T, std::variant>) {
    return describe_variant(static_cast<const T*>(nullptr));
  } else if constexpr (is_describable<T>) {
    return describe_container<T>();
  } else {
    return TypeInfo{TypeKind::json};  // Never: refused above.
  }
}

template <class T, size_t Min, size_t Max>
struct Described<List<T, Min, Max>> {
  static constexpr bool text_like = false;
  static constexpr TypeInfo info() {
    TypeInfo info = describe<std::vector<T>>();
    info.length_min = Min;
    info.length_max = Max;
    return info;
  }
};
template <class T, size_t Min, size_t Max>
struct Described<Map<T, Min, Max>> {
  static constexpr bool text_like = false;
  static constexpr TypeInfo info() {
    TypeInfo info = describe<std::map<std::string, T>>();
    info.length_min = Min;
    info.length_max = Max;
    return info;
  }
};

template <class T>
constinit const TypeInfo TypeInfoOf<T>::value = describe<T>();

}  // namespace detail
}  // namespace svc
