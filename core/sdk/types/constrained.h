// constrained.h — types that say what they accept: svc::Int<0, 35>, svc::Number<svc::above(0)>,
// svc::Text<1, 32>, svc::List<Item, 1, 10>, svc::Default<svc::Int<1, 1000>, 1>.
//
// Why types: the bound stands in the struct where it is read, is checked before a handler runs, and
// is in the description from which a schema comes. What comes from outside is checked; code that
// makes or changes such a value itself is trusted.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

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

// One end of a svc::Number: a number that is included, or above(x), below(x), which aren't.
struct Bound {
  double value;
  bool open = false;

  consteval Bound(double included) : value(included) {}
  consteval Bound(double excluded, bool is_open) : value(excluded), open(is_open) {}
};
consteval Bound above(double value) { return {value, true}; }
consteval Bound below(double value) { return {value, true}; }

// A floating number within its bounds: Number<0, 100>, Number<svc::above(0)>, Number<-90, 90>.
// Behaves as a double.
template <Bound Min = Bound(-std::numeric_limits<double>::infinity()),
          Bound Max = Bound(std::numeric_limits<double>::infinity())>
class Number {
  static_assert(Min.value <= Max.value, "svc: Number<min, max> needs min <= max");

 public:
  static constexpr Bound kMin = Min;
  static constexpr Bound kMax = Max;

  constexpr Number() noexcept = default;  // 0, or the bound next to it.
  constexpr Number(double value) noexcept : value_(value) {}
  constexpr operator double() const noexcept { return value_; }
  constexpr double value() const noexcept { return value_; }

 private:
  double value_ = std::clamp<double>(0, Min.value, Max.value);
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

// Min..Max elements. Behaves as a std::vector.
template <class T, size_t Min = 0, size_t Max = std::numeric_limits<size_t>::max()>
class List : public std::vector<T> {
  static_assert(Min <= Max, "svc: List<T, min, max> needs min <= max");

 public:
  using std::vector<T>::vector;
  List() = default;
  List(std::vector<T> elements) noexcept : std::vector<T>(std::move(elements)) {}
};

// Min..Max members with names of any kind. Behaves as a std::map.
template <class T, size_t Min = 0, size_t Max = std::numeric_limits<size_t>::max()>
class Map : public std::map<std::string, T> {
  static_assert(Min <= Max, "svc: Map<T, min, max> needs min <= max");

 public:
  using std::map<std::string, T>::map;
  Map() = default;
  Map(std::map<std::string, T> members) noexcept : std::map<std::string, T>(std::move(members)) {}
};

// No value is given: the type's own.
struct Nothing {};

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

// How many characters (code points) a literal has.
constexpr size_t count_literal(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (c & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

template <class T, class V>
constexpr bool fits_number(V value) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_floating_point_v<T>) {
    return true;
  } else if constexpr (std::is_floating_point_v<V>) {
    return value >= static_cast<V>(Limits::min()) && value <= static_cast<V>(Limits::max()) &&
           static_cast<V>(static_cast<T>(value)) == value;
  } else if constexpr (std::is_same_v<T, bool> || std::is_same_v<V, bool>) {
    return static_cast<V>(static_cast<T>(value)) == value;
  } else {
    return std::in_range<T>(value);
  }
}

template <Bound Min, Bound Max, class V>
constexpr bool fits_bounds(const Number<Min, Max>*, V value) {
  const auto number = static_cast<double>(value);
  return (Min.open ? number > Min.value : number >= Min.value) &&
         (Max.open ? number < Max.value : number <= Max.value);
}
template <int64_t Min, int64_t Max, class V>
constexpr bool fits_bounds(const Int<Min, Max>*, V value) {
  if constexpr (std::is_integral_v<V> && !std::is_same_v<V, bool>) {
    return std::cmp_greater_equal(value, Min) && std::cmp_less_equal(value, Max);
  } else {
    return fits_number<int64_t>(value) && static_cast<int64_t>(value) >= Min &&
           static_cast<int64_t>(value) <= Max;
  }
}

// Whether V is a value of T, so far as the compiler can tell (of a svc::Email it can't).
template <class T, Constant V>
constexpr bool default_fits() {
  using Value = std::remove_const_t<decltype(V.value)>;
  if constexpr (std::is_same_v<Value, Nothing>) {
    return true;
  } else if constexpr (requires { V.value.view(); }) {
    if constexpr (requires { T::kMin + T::kMax + size_t{}; } && std::is_base_of_v<std::string, T>) {
      const size_t count = count_literal(V.value.view());
      return count >= T::kMin && count <= T::kMax;
    } else {
      return std::is_constructible_v<T, std::string>;
    }
  } else if constexpr (std::is_enum_v<T> || std::is_enum_v<Value>) {
    return std::is_same_v<T, Value> || (!std::is_enum_v<T> && std::is_constructible_v<T, Value>);
  } else if constexpr (std::is_arithmetic_v<T>) {
    return std::is_arithmetic_v<Value> && fits_number<T>(V.value);
  } else if constexpr (requires { fits_bounds(static_cast<const T*>(nullptr), V.value); }) {
    return fits_bounds(static_cast<const T*>(nullptr), V.value);
  } else {
    return std::is_constructible_v<T, Value>;
  }
}

// The elements of a container that can be listed in braces; of anything else nothing fits.
struct NoElement {};
template <class T>
struct ListedElement {
  using type = NoElement;
};
template <class T>
requires(!std::is_base_of_v<std::string, T> &&
         std::is_constructible_v<
             T, std::initializer_list<typename T::value_type>>) struct ListedElement<T> {
  using type = typename T::value_type;
};

template <class T, Constant V>
constexpr T make_default() {
  if constexpr (std::is_same_v<decltype(V.value), const Nothing> ||
                std::is_same_v<decltype(V.value), Nothing>) {
    return T{};
  } else if constexpr (requires { V.value.view(); }) {
    return T(std::string(V.value.view()));
  } else {
    return T(V.value);
  }
}

}  // namespace detail

// A T that may be left out: it is V then, and without a V what T's default constructor makes (an
// empty vector). null is not "left out". Behaves as a T.
template <class T, Constant V = Nothing{}>
class Default : public T {
  static_assert(detail::default_fits<T, V>(),
                "svc: the value of a svc::Default is none of its type: it has another type, or is "
                "out of its bounds");

 public:
  Default() : T(detail::make_default<T, V>()) {}
  Default(T value) : T(std::move(value)) {}
  template <class U>
  requires(std::is_constructible_v<T, U&&> && !std::is_base_of_v<T, std::remove_cvref_t<U>>)
      Default(U&& value)
      : T(std::forward<U>(value)) {}
  Default(std::initializer_list<typename detail::ListedElement<T>::type> elements) requires(
      !std::is_same_v<typename detail::ListedElement<T>::type, detail::NoElement>)
      : T(elements) {}
};

template <class T, Constant V>
requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) class Default<T, V> {
  static_assert(detail::default_fits<T, V>(),
                "svc: the value of a svc::Default is none of its type: it has another type, or is "
                "out of its bounds");

 public:
  constexpr Default() noexcept = default;
  constexpr Default(T value) noexcept : value_(value) {}
  constexpr operator T() const noexcept { return value_; }
  constexpr T value() const noexcept { return value_; }

 private:
  T value_ = detail::make_default<T, V>();
};

}  // namespace svc
