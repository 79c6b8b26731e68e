// fields.h — what a struct may say about its members: which ones cross HTTP, by which names, and
// what they mean.
//
//   class Account {
//    public:
//     static constexpr svc::Doc docs[] = {{"owner", "who pays", "\"ann\""}};
//     …
//    private:
//     std::string owner_;
//     int64_t cents_ = 0;
//
//    public:
//     using api = svc::fields<&Account::owner_, svc::field<"balance", &Account::cents_>>;
//   };
//   struct Order : NewOrder {
//     int64_t id;
//     using api = svc::fields<svc::fields_of<NewOrder>, &Order::id>;
//   };
//
// Why: reflection (members.h) sees the public members of a struct without a base, under their own
// names. `api` is for the rest: private, renamed and inherited members, or a choice of them. A name
// that isn't given is the member's, without an underscore at its end.
#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <type_traits>

#include "core/sdk/types/constrained.h"
#include "core/sdk/types/json_syntax.h"
#include "core/sdk/types/members.h"

namespace svc {

namespace detail {

template <FixedString Name, auto Member>
struct NamedMember {
  static constexpr std::string_view name = Name;
  static constexpr auto member = Member;
};

template <auto Member>
consteval std::string_view spell_member() {
  return __PRETTY_FUNCTION__;
}

// g++: "… [with auto Member = &Account::owner_; …]"; clang: "… [Member = &Account::owner_]"
template <auto Member>
struct MemberOf {
  static constexpr std::string_view name = [] {
    std::string_view text = spell_member<Member>();
    text.remove_prefix(text.find("Member = ") + 9);
    text = text.substr(0, text.find_first_of(";]"));
    if (text.ends_with(')')) text.remove_suffix(1);
    return outside_name(text.substr(text.rfind(':') + 1));
  }();
  static constexpr auto member = Member;
};
template <auto Member>
requires requires { Member.member; }
struct MemberOf<Member> : std::remove_cvref_t<decltype(Member)> {};

template <class P>
struct MemberPointer;
template <class C, class M>
struct MemberPointer<M C::*> {
  using type = std::remove_const_t<M>;
};

template <class Base>
struct InheritedMembers {
  using base = Base;
};

// What one of the arguments of svc::fields stands for.
template <auto Member>
struct FieldGroup {
  static constexpr std::array<std::string_view, 1> names = {MemberOf<Member>::name};
  using types =
      TypeList<typename MemberPointer<std::remove_cv_t<decltype(MemberOf<Member>::member)>>::type>;
  template <class T>
  static const void** addresses(const T& object, const void** out) {
    *out++ = std::addressof(object.*MemberOf<Member>::member);
    return out;
  }
};
template <auto Member>
requires requires { typename decltype(Member)::base; }
struct FieldGroup<Member>;  // Below: it takes what is said there.

template <class... Lists>
struct JoinTypes;
template <class... A>
struct JoinTypes<TypeList<A...>> {
  using type = TypeList<A...>;
};
template <class... A, class... B, class... More>
struct JoinTypes<TypeList<A...>, TypeList<B...>, More...>
    : JoinTypes<TypeList<A..., B...>, More...> {};

template <size_t... N>
consteval auto join_names(const std::array<std::string_view, N>&... lists) {
  std::array<std::string_view, (N + ... + 0)> all;
  size_t at = 0;
  const auto append = [&](const auto& list) {
    for (const std::string_view name : list) all[at++] = name;
  };
  (append(lists), ...);
  return all;
}

}  // namespace detail

// A member under another name.
template <FixedString Name, auto Member>
inline constexpr detail::NamedMember<Name, Member> field{};

// All members of a base class that cross HTTP.
template <class Base>
inline constexpr detail::InheritedMembers<Base> fields_of{};

// The members that cross HTTP: pointers to members, field<…>, or fields_of<Base>.
template <auto... Members>
struct fields {
  static constexpr auto names = detail::join_names(detail::FieldGroup<Members>::names...);
  static constexpr size_t count = names.size();
  using types = typename detail::JoinTypes<detail::TypeList<>,
                                           typename detail::FieldGroup<Members>::types...>::type;

  template <class T>
  static const void** addresses(const T& object, const void** out) {
    ((out = detail::FieldGroup<Members>::addresses(object, out)), ...);
    return out;
  }
};

// A sentence about a member for who reads the API's description; "" as the name: about the struct.
struct Doc {
  std::string_view name;
  std::string_view text;
  std::string_view example{};  // JSON: "\"ann\"", "3". Checked by the compiler.
};

namespace detail {

template <class A>
inline constexpr bool is_fields = false;
template <auto... M>
inline constexpr bool is_fields<fields<M...>> = true;

template <class T>
concept HasApi = requires {
  typename T::api;
}
&&is_fields<typename T::api>;

template <class T>
concept HasDocs = requires {
  T::docs[0].text;
};

template <class T>
struct FieldTypesOf {
  using type = MemberTypes<T>;
};
template <HasApi T>
struct FieldTypesOf<T> {
  using type = typename T::api::types;
};
// The types of the members that cross HTTP, in their order.
template <class T>
using FieldTypes = typename FieldTypesOf<T>::type;

template <class T, size_t... I>
consteval std::array<std::string_view, sizeof...(I)> reflected_names(std::index_sequence<I...>) {
  return {member_name<T, I>()...};
}
template <class T>
consteval auto field_names() {
  if constexpr (HasApi<T>) {
    return T::api::names;
  } else {
    return reflected_names<T>(std::make_index_sequence<member_count<T>>{});
  }
}

template <auto Member>
requires requires { typename decltype(Member)::base; }
struct FieldGroup<Member> {
  using Base = typename decltype(Member)::base;
  static constexpr auto names = field_names<Base>();
  using types = FieldTypes<Base>;
  template <class T>
  static const void** addresses(const T& object, const void** out) {
    const Base& base = object;
    if constexpr (HasApi<Base>) {
      return Base::api::addresses(base, out);
    } else {
      visit_members(base,
                    [&out](const auto&... members) { ((*out++ = std::addressof(members)), ...); });
      return out;
    }
  }
};

template <class T>
constexpr Doc doc_of(std::string_view name) {
  if constexpr (HasDocs<T>) {
    for (const Doc& doc : T::docs) {
      if (doc.name == name) return doc;
    }
  }
  return {};
}

// Each sentence is about a member that is there.
template <class T>
consteval bool docs_match() {
  if constexpr (HasDocs<T>) {
    for (const Doc& doc : T::docs) {
      bool known = doc.name.empty();
      for (const std::string_view name : field_names<T>()) known |= name == doc.name;
      if (!known) return false;
    }
  }
  return true;
}

template <class T>
consteval bool doc_examples_are_json() {
  if constexpr (HasDocs<T>) {
    for (const Doc& doc : T::docs) {
      if (!doc.example.empty() && !is_json_text(doc.example)) return false;
    }
  }
  return true;
}

}  // namespace detail
}  // namespace svc
