// parameters.h — the types by which a handler asks for parts of a request.
//
//   app.get("/search", [](svc::QueryParam<"q"> q, svc::QueryParam<"page", svc::Default<int, 1>>
//   page,
//                         svc::Header<"Accept-Language", std::optional<std::string>> language)
//                         {…});
//
// Each converts to its value, and is compared, added (texts) and calculated with (numbers) as it
// is; where that doesn't do (a template that deduces its arguments: std::max(*page, 1), a member:
// q->size()) it behaves as a pointer to it. With std::optional it behaves as that.
//
// T is a scalar, a string, an enum, a constrained type, std::optional or svc::Default of these, or
// (query, header) a std::vector that takes all values of that name, or std::optional or
// svc::Default of one. Absent without optional or Default: 422. Of a name that comes more than once
// the first value counts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/sdk/types/types.h"

namespace svc {

class Context;

namespace detail {

// What a wrapper of a number (svc::Int, svc::Default<int>) stands for; Nothing: it is no such one.
template <class T>
struct PlainOf {
  using type = Nothing;
};
template <class T>
concept HasPlainValue = std::is_class_v<T> && requires(const T& wrapper) {
  requires std::is_arithmetic_v<decltype(wrapper.value())> ||
      std::is_enum_v<decltype(wrapper.value())>;
};
template <HasPlainValue T>
struct PlainOf<T> {
  using type = decltype(std::declval<const T&>().value());
};

template <class T>
struct ParameterValue;
template <class T>
void take_parameter(const ParameterValue<T>&);  // Never called.
template <class U>
concept IsParameterValue = requires(const U& value) {
  take_parameter(value);
};

template <class U, class T>
concept ComparesWith = !IsParameterValue<U> && requires(const T& a, const U& b) {
  static_cast<bool>(a == b);
};

// The value of one parameter, which it behaves as, so far as a class can.
template <class T>
struct ParameterValue {
  T value{};

  const T* operator->() const noexcept { return &value; }
  const T& operator*() const noexcept { return value; }
  operator const T&() const noexcept { return value; }
  // C++ goes one such step by itself, not two: to an int of a Default<int, 1> it would be two.
  operator typename PlainOf<T>::type() const noexcept
      requires(!std::is_same_v<typename PlainOf<T>::type, Nothing>) {
    return value.value();
  }

  template <ComparesWith<T> U>
  friend bool operator==(const ParameterValue& a, const U& b) {
    return a.value == b;
  }
  friend bool operator==(const ParameterValue& a, const ParameterValue& b) {
    return a.value == b.value;
  }
  friend std::string operator+(const ParameterValue& a,
                               std::string_view b) requires(std::is_base_of_v<std::string, T>) {
    return std::string(a.value).append(b);
  }
  friend std::string operator+(std::string_view a, const ParameterValue& b) requires(
      std::is_base_of_v<std::string, T>) {
    return std::string(a).append(b.value);
  }
  friend std::string operator+(const ParameterValue& a, const ParameterValue& b) requires(
      std::is_base_of_v<std::string, T>) {
    return std::string(a.value).append(b.value);
  }
};

template <class T>
struct ParameterValue<std::optional<T>> {
  std::optional<T> value{};

  // Without a value std::bad_optional_access, and 500: whether there is one is a client's word, so
  // a handler that forgets to ask must not send what lies in memory there.
  const T* operator->() const { return &value.value(); }
  const T& operator*() const { return value.value(); }
  explicit operator bool() const noexcept { return value.has_value(); }
  bool has_value() const noexcept { return value.has_value(); }
  template <class U>
  T value_or(U&& other) const {
    return value.value_or(std::forward<U>(other));
  }
  operator const std::optional<T>&() const noexcept { return value; }

  template <ComparesWith<std::optional<T>> U>
  friend bool operator==(const ParameterValue& a, const U& b) {
    return a.value == b;
  }
  friend bool operator==(const ParameterValue& a, const ParameterValue& b) {
    return a.value == b.value;
  }
};

}  // namespace detail

// All parameters of the query by name: the members of a struct.
template <class T>
struct Query {
  T value{};
  const T* operator->() const noexcept { return &value; }
  const T& operator*() const noexcept { return value; }
};

// The query's parameter of that name.
template <FixedString Name, class T = std::string>
struct QueryParam : detail::ParameterValue<T> {};

// The header field of that name; case doesn't matter.
template <FixedString Name, class T = std::string>
struct Header : detail::ParameterValue<T> {};

// The cookie of that name.
template <FixedString Name, class T = std::string>
struct Cookie : detail::ParameterValue<T> {};

// The body as it came, of any media type. Valid until the handler returns.
struct Body {
  std::string_view bytes;
  std::string_view text() const noexcept { return bytes; }
  std::string str() const { return std::string(bytes); }
  size_t size() const noexcept { return bytes.size(); }
  bool empty() const noexcept { return bytes.empty(); }
  operator std::string_view() const noexcept { return bytes; }
};

// A placeholder's text as it came, still percent-encoded: the way to tell a%2Fb from a/b in a
// {rest...}, and to take bytes that are no text. Valid until the handler returns.
struct EncodedPath {
  std::string_view text;
};

// A type of your own as a parameter: specialise with a function that makes one of what it takes
// itself,
//
//   template <>
//   struct svc::from<Page> {
//     static Page get(svc::QueryParam<"limit", svc::Default<svc::Int<1, 100>, 20>> limit,
//                     svc::Cookie<"last", std::optional<std::string>> last);
//   };
//
// of svc::Context&, svc::Request&, svc::Body, svc::Query, svc::QueryParam, svc::Header,
// svc::Cookie, and types with a svc::from of their own. It may throw svc::Problem (401, …), and
// isn't called where one of its parameters is wrong. See dependency.h.
template <class T>
struct from;

}  // namespace svc
