// constrained.h — types that say what they accept: svc::Int<0, 35>, svc::Text<1, 32>,
// svc::Default<svc::Int<1, 1000>, 1>.
//
// Why types: the bound stands in the struct where it is read, is checked before a handler runs, and
// is in the description from which a schema comes. What comes from outside is checked; code that
// makes or changes such a value itself is trusted.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

namespace svc {

// A string literal as a template argument.
template <size_t N>
struct FixedString {
  char text[N]{};

  consteval FixedString(const char (&literal)[N]) { std::copy_n(literal, N, text); }
  constexpr std::string_view view() const noexcept { return {text, N - 1}; }
  constexpr operator std::string_view() const noexcept { return view(); }
};

// An integer within Min..Max, both included. Behaves as an int64_t.
template <int64_t Min, int64_t Max>
class Int {
  static_assert(Min <= Max, "svc: Int<min, max> needs min <= max");

 public:
  static constexpr int64_t kMin = Min;
  static constexpr int64_t kMax = Max;

  constexpr Int() noexcept = default;  // 0, or the bound next to it.
  constexpr Int(int64_t value) noexcept : value_(value) {}
  constexpr operator int64_t() const noexcept { return value_; }
  constexpr int64_t value() const noexcept { return value_; }

 private:
  int64_t value_ = std::clamp<int64_t>(0, Min, Max);
};

// A string of Min..Max characters (code points). Behaves as a std::string.
template <size_t Min, size_t Max = std::numeric_limits<size_t>::max()>
class Text : public std::string {
  static_assert(Min <= Max, "svc: Text<min, max> needs min <= max");

 public:
  static constexpr size_t kMin = Min;
  static constexpr size_t kMax = Max;

  using std::string::string;
  Text() = default;
  Text(std::string text) noexcept : std::string(std::move(text)) {}
};

// A constant as a template argument: a number, a bool, an enumerator or a string literal.
template <class V>
struct Constant {
  V value;
  consteval Constant(V v) : value(v) {}
};
template <size_t N>
struct Constant<FixedString<N>> {
  FixedString<N> value;
  consteval Constant(const char (&literal)[N]) : value(literal) {}
};
template <size_t N>
Constant(const char (&)[N]) -> Constant<FixedString<N>>;

namespace detail {

template <class T, Constant V>
constexpr T make_default() {
  if constexpr (requires { V.value.view(); }) {
    return T(std::string(V.value.view()));
  } else {
    return T(V.value);
  }
}

}  // namespace detail

// A T that may be left out: it is V then. null is not "left out". Behaves as a T.
template <class T, Constant V>
class Default : public T {
 public:
  Default() : T(detail::make_default<T, V>()) {}
  Default(T value) : T(std::move(value)) {}
  template <class U>
  requires(std::is_constructible_v<T, U&&> && !std::is_base_of_v<T, std::remove_cvref_t<U>>)
      Default(U&& value)
      : T(std::forward<U>(value)) {}
};

template <class T, Constant V>
requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) class Default<T, V> {
 public:
  constexpr Default() noexcept = default;
  constexpr Default(T value) noexcept : value_(value) {}
  constexpr operator T() const noexcept { return value_; }
  constexpr T value() const noexcept { return value_; }

 private:
  T value_ = detail::make_default<T, V>();
};

}  // namespace svc
