// members.h — the members of a plain struct: how many, where, what they are called. No macro for
// users.
//
// Why: a struct is written once; reading, checking, writing and its schema must follow from that.
// C++23 has no reflection, so three tricks stand in: the number of members is the longest list of
// wildcards that initialises the struct; structured bindings reach each one; and a compiler prints
// the name of the object behind a pointer template argument in __PRETTY_FUNCTION__.
// Out of reach by this way, and refused: base classes, C arrays, bit-fields, more than 64 members.
//
// Checked on g++ 12 and clang 19. Runs in the compiler only.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/sdk/types/names.h"

namespace svc::detail {

inline constexpr size_t kMembersMax = 64;

// Turns into whatever the compiler wants there. Never called; it has a body all the same, as clang
// compiles a std::optional's constructor that would call it, and refuses a type without linkage.
struct Wildcard {
  template <class T>
  operator T() const noexcept {
    __builtin_unreachable();
  }
};
template <class T>
struct WildcardBase {
  template <class B>
  requires(std::is_base_of_v<B, T> && !std::is_same_v<B, T>) operator B() const noexcept;
};

template <class T>
inline constexpr bool has_base = requires {
  T{WildcardBase<T>{}};
};

template <class T, class Indices>
inline constexpr bool takes_wildcards = false;
template <class T, size_t... I>
inline constexpr bool takes_wildcards<T, std::index_sequence<I...>> = requires {
  T{(static_cast<void>(I), Wildcard{})...};
};

// Upwards from none: a struct with members that have no default takes no shorter list.
template <class T, size_t N = 0, bool Started = false>
consteval size_t count_members() {
  constexpr bool fits = takes_wildcards<T, std::make_index_sequence<N>>;
  if constexpr (Started && !fits) {
    return N - 1;
  } else if constexpr (N > kMembersMax) {
    return N;
  } else {
    return count_members<T, N + 1, fits>();
  }
}
template <class T>
inline constexpr size_t member_count = count_members<T>();

// Structured bindings need one name for each member written out: m1, m2, …
// clang-format off
#define SVC_MEMBERS_1 m1
#define SVC_MEMBERS_2 SVC_MEMBERS_1, m2
#define SVC_MEMBERS_3 SVC_MEMBERS_2, m3
#define SVC_MEMBERS_4 SVC_MEMBERS_3, m4
#define SVC_MEMBERS_5 SVC_MEMBERS_4, m5
#define SVC_MEMBERS_6 SVC_MEMBERS_5, m6
#define SVC_MEMBERS_7 SVC_MEMBERS_6, m7
#define SVC_MEMBERS_8 SVC_MEMBERS_7, m8
#define SVC_MEMBERS_9 SVC_MEMBERS_8, m9
#define SVC_MEMBERS_10 SVC_MEMBERS_9, m10
#define SVC_MEMBERS_11 SVC_MEMBERS_10, m11
#define SVC_MEMBERS_12 SVC_MEMBERS_11, m12
#define SVC_MEMBERS_13 SVC_MEMBERS_12, m13
#define SVC_MEMBERS_14 SVC_MEMBERS_13, m14
#define SVC_MEMBERS_15 SVC_MEMBERS_14, m15
#define SVC_MEMBERS_16 SVC_MEMBERS_15, m16
#define SVC_MEMBERS_17 SVC_MEMBERS_16, m17
#define SVC_MEMBERS_18 SVC_MEMBERS_17, m18
#define SVC_MEMBERS_19 SVC_MEMBERS_18, m19
#define SVC_MEMBERS_20 SVC_MEMBERS_19, m20
#define SVC_MEMBERS_21 SVC_MEMBERS_20, m21
#define SVC_MEMBERS_22 SVC_MEMBERS_21, m22
#define SVC_MEMBERS_23 SVC_MEMBERS_22, m23
#define SVC_MEMBERS_24 SVC_MEMBERS_23, m24
#define SVC_MEMBERS_25 SVC_MEMBERS_24, m25
#define SVC_MEMBERS_26 SVC_MEMBERS_25, m26
#define SVC_MEMBERS_27 SVC_MEMBERS_26, m27
#define SVC_MEMBERS_28 SVC_MEMBERS_27, m28
#define SVC_MEMBERS_29 SVC_MEMBERS_28, m29
#define SVC_MEMBERS_30 SVC_MEMBERS_29, m30
#define SVC_MEMBERS_31 SVC_MEMBERS_30, m31
#define SVC_MEMBERS_32 SVC_MEMBERS_31, m32
#define SVC_MEMBERS_33 SVC_MEMBERS_32, m33
#define SVC_MEMBERS_34 SVC_MEMBERS_33, m34
#define SVC_MEMBERS_35 SVC_MEMBERS_34, m35
#define SVC_MEMBERS_36 SVC_MEMBERS_35, m36
#define SVC_MEMBERS_37 SVC_MEMBERS_36, m37
#define SVC_MEMBERS_38 SVC_MEMBERS_37, m38
#define SVC_MEMBERS_39 SVC_MEMBERS_38, m39
#define SVC_MEMBERS_40 SVC_MEMBERS_39, m40
#define SVC_MEMBERS_41 SVC_MEMBERS_40, m41
#define SVC_MEMBERS_42 SVC_MEMBERS_41, m42
#define SVC_MEMBERS_43 SVC_MEMBERS_42, m43
#define SVC_MEMBERS_44 SVC_MEMBERS_43, m44
#define SVC_MEMBERS_45 SVC_MEMBERS_44, m45
#define SVC_MEMBERS_46 SVC_MEMBERS_45, m46
#define SVC_MEMBERS_47 SVC_MEMBERS_46, m47
#define SVC_MEMBERS_48 SVC_MEMBERS_47, m48
#define SVC_MEMBERS_49 SVC_MEMBERS_48, m49
#define SVC_MEMBERS_50 SVC_MEMBERS_49, m50
#define SVC_MEMBERS_51 SVC_MEMBERS_50, m51
#define SVC_MEMBERS_52 SVC_MEMBERS_51, m52
#define SVC_MEMBERS_53 SVC_MEMBERS_52, m53
#define SVC_MEMBERS_54 SVC_MEMBERS_53, m54
#define SVC_MEMBERS_55 SVC_MEMBERS_54, m55
#define SVC_MEMBERS_56 SVC_MEMBERS_55, m56
#define SVC_MEMBERS_57 SVC_MEMBERS_56, m57
#define SVC_MEMBERS_58 SVC_MEMBERS_57, m58
#define SVC_MEMBERS_59 SVC_MEMBERS_58, m59
#define SVC_MEMBERS_60 SVC_MEMBERS_59, m60
#define SVC_MEMBERS_61 SVC_MEMBERS_60, m61
#define SVC_MEMBERS_62 SVC_MEMBERS_61, m62
#define SVC_MEMBERS_63 SVC_MEMBERS_62, m63
#define SVC_MEMBERS_64 SVC_MEMBERS_63, m64
// The compiler's complaint about such a member shows these lines.
#define SVC_VISIT(n)                                                                               \
  if constexpr (count == n) {                                                                      \
    auto& [SVC_MEMBERS_##n] = object; /* svc: an error here? T has a C array: use std::array */    \
    return function(SVC_MEMBERS_##n); /* svc: an error here? T has a bit-field: use an integer */  \
  } else

// function(member...) with a reference to each member of `object`, in their order.
template <class T, class Function>
constexpr decltype(auto) visit_members(T& object, Function&& function) {
  constexpr size_t count = member_count<std::remove_const_t<T>>;
  static_assert(count <= kMembersMax,
                "svc: a struct may have at most 64 members (a C array counts as all of its "
                "elements: use std::array)");
  SVC_VISIT(1) SVC_VISIT(2) SVC_VISIT(3) SVC_VISIT(4) SVC_VISIT(5) SVC_VISIT(6) SVC_VISIT(7) SVC_VISIT(8)
  SVC_VISIT(9) SVC_VISIT(10) SVC_VISIT(11) SVC_VISIT(12) SVC_VISIT(13) SVC_VISIT(14) SVC_VISIT(15) SVC_VISIT(16)
  SVC_VISIT(17) SVC_VISIT(18) SVC_VISIT(19) SVC_VISIT(20) SVC_VISIT(21) SVC_VISIT(22) SVC_VISIT(23) SVC_VISIT(24)
  SVC_VISIT(25) SVC_VISIT(26) SVC_VISIT(27) SVC_VISIT(28) SVC_VISIT(29) SVC_VISIT(30) SVC_VISIT(31) SVC_VISIT(32)
  SVC_VISIT(33) SVC_VISIT(34) SVC_VISIT(35) SVC_VISIT(36) SVC_VISIT(37) SVC_VISIT(38) SVC_VISIT(39) SVC_VISIT(40)
  SVC_VISIT(41) SVC_VISIT(42) SVC_VISIT(43) SVC_VISIT(44) SVC_VISIT(45) SVC_VISIT(46) SVC_VISIT(47) SVC_VISIT(48)
  SVC_VISIT(49) SVC_VISIT(50) SVC_VISIT(51) SVC_VISIT(52) SVC_VISIT(53) SVC_VISIT(54) SVC_VISIT(55) SVC_VISIT(56)
  SVC_VISIT(57) SVC_VISIT(58) SVC_VISIT(59) SVC_VISIT(60) SVC_VISIT(61) SVC_VISIT(62) SVC_VISIT(63) SVC_VISIT(64)
  return function();
}
#undef SVC_VISIT
#undef SVC_MEMBERS_1
#undef SVC_MEMBERS_2
#undef SVC_MEMBERS_3
#undef SVC_MEMBERS_4
#undef SVC_MEMBERS_5
#undef SVC_MEMBERS_6
#undef SVC_MEMBERS_7
#undef SVC_MEMBERS_8
#undef SVC_MEMBERS_9
#undef SVC_MEMBERS_10
#undef SVC_MEMBERS_11
#undef SVC_MEMBERS_12
#undef SVC_MEMBERS_13
#undef SVC_MEMBERS_14
#undef SVC_MEMBERS_15
#undef SVC_MEMBERS_16
#undef SVC_MEMBERS_17
#undef SVC_MEMBERS_18
#undef SVC_MEMBERS_19
#undef SVC_MEMBERS_20
#undef SVC_MEMBERS_21
#undef SVC_MEMBERS_22
#undef SVC_MEMBERS_23
#undef SVC_MEMBERS_24
#undef SVC_MEMBERS_25
#undef SVC_MEMBERS_26
#undef SVC_MEMBERS_27
#undef SVC_MEMBERS_28
#undef SVC_MEMBERS_29
#undef SVC_MEMBERS_30
#undef SVC_MEMBERS_31
#undef SVC_MEMBERS_32
#undef SVC_MEMBERS_33
#undef SVC_MEMBERS_34
#undef SVC_MEMBERS_35
#undef SVC_MEMBERS_36
#undef SVC_MEMBERS_37
#undef SVC_MEMBERS_38
#undef SVC_MEMBERS_39
#undef SVC_MEMBERS_40
#undef SVC_MEMBERS_41
#undef SVC_MEMBERS_42
#undef SVC_MEMBERS_43
#undef SVC_MEMBERS_44
#undef SVC_MEMBERS_45
#undef SVC_MEMBERS_46
#undef SVC_MEMBERS_47
#undef SVC_MEMBERS_48
#undef SVC_MEMBERS_49
#undef SVC_MEMBERS_50
#undef SVC_MEMBERS_51
#undef SVC_MEMBERS_52
#undef SVC_MEMBERS_53
#undef SVC_MEMBERS_54
#undef SVC_MEMBERS_55
#undef SVC_MEMBERS_56
#undef SVC_MEMBERS_57
#undef SVC_MEMBERS_58
#undef SVC_MEMBERS_59
#undef SVC_MEMBERS_60
#undef SVC_MEMBERS_61
#undef SVC_MEMBERS_62
#undef SVC_MEMBERS_63
#undef SVC_MEMBERS_64
// clang-format on

template <class... M>
struct TypeList {
  static constexpr size_t size = sizeof...(M);
};
template <class List>
inline constexpr size_t type_list_size = List::size;
struct MakeTypeList {
  template <class... M>
  constexpr TypeList<std::remove_const_t<M>...> operator()(M&...) const noexcept {
    return {};
  }
};
template <class T>
using MemberTypes = decltype(visit_members(std::declval<T&>(), MakeTypeList{}));

// Nobody: an object that is declared and never defined. Only addresses inside it are used.
template <class T>
struct Nobody {
  T value;
};
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif
template <class T>
extern const Nobody<T> nobody;

struct MakeAddresses {
  template <class... M>
  constexpr std::array<const void*, sizeof...(M)> operator()(M&... m) const noexcept {
    return {static_cast<const void*>(std::addressof(m))...};
  }
};
// A function of the compiler alone: a variable would be emitted, and want `nobody` to be there.
template <class T>
consteval auto addresses_in_nobody() {
  return visit_members(nobody<T>.value, MakeAddresses{});
}

template <const void* Address>
consteval std::string_view spell_address() {
  return __PRETTY_FUNCTION__;
}

// g++:   "… [with const void* Address = (& nobody<Order>.Nobody<Order>::value.Order::sku); …]"
// clang: "… [Address = &nobody.value.sku]"
template <class T, size_t I>
consteval std::string_view member_name() {
  std::string_view text = spell_address<addresses_in_nobody<T>()[I]>();
  text.remove_prefix(text.find("Address = ") + 10);
#ifdef __clang__
  text = text.substr(0, text.rfind(']'));
#else
  text = text.substr(0, text.rfind("); "));
#endif
  return outside_name(text.substr(text.find_last_of(".:") + 1));
}
#ifdef __clang__
#pragma clang diagnostic pop
#endif

}  // namespace svc::detail
