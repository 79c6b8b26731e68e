// kinds.h — what a C++ type is, of what can cross HTTP: a text, a list, a struct, …
//
// Questions only; the answers become tables in describe.h.
#pragma once

#include <array>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "core/sdk/types/constrained.h"
#include "core/sdk/types/fields.h"

namespace svc {

// A JSON value as its text, as it was written but for blanks: as a result, as a body, as a member.
struct Json {
  std::string text = "null";  // REQUIRES, as a result: one valid JSON value.
};

// A type of your own that crosses as a text: in JSON, in a path, a query, a header, a form.
//
//   template <>
//   struct svc::as_text<Money> {
//     static constexpr std::string_view format = "money";                  // for the schema
//     static constexpr std::string_view msg = "must be as in 12.50 EUR";   // for who got it wrong
//     static bool parse(std::string_view text, Money& out);                // false: it is no Money
//     static std::string print(const Money& money);
//   };
template <class T>
struct as_text;

template <class T>
class Secret;

namespace detail {

// Of a type with a header of its own: `static constexpr TypeInfo info()`, and `text_like`: true if
// a piece of a path, a query or a header can hold it.
template <class T>
struct Described {};
template <class T>
concept HasDescription = requires {
  Described<T>::info();
};

template <class T>
concept HasAsText = requires(std::string_view text, T& out) {
  as_text<T>::parse(text, out);
};

template <class T>
inline constexpr bool is_described_text = false;
template <HasDescription T>
inline constexpr bool is_described_text<T> = Described<T>::text_like;

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
inline constexpr bool is_number = false;
template <Bound Min, Bound Max>
inline constexpr bool is_number<Number<Min, Max>> = true;

template <class T>
inline constexpr bool is_secret = false;
template <class T>
inline constexpr bool is_secret<Secret<T>> = true;
template <class T, Constant V>
inline constexpr bool is_secret<Default<T, V>> = is_secret<T>;

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

template <class T>
inline constexpr bool is_list =
    is_of<T, std::vector> || is_of<T, std::set> || is_of<T, std::unordered_set> ||
    is_of<T, std::list> || is_of<T, std::deque>;

// A struct to be taken apart: not one of the library's own types that happen to be aggregates.
template <class T>
inline constexpr bool is_plain_struct = HasApi<T> ||
                                        (std::is_class_v<T> && std::is_aggregate_v<T> &&
                                         !is_std_array<T> && !std::is_same_v<T, Json> &&
                                         !HasDescription<T> && !HasAsText<T>);

// Scalars, enums and texts: what one piece of a path, a query or a header can hold.
template <class T>
inline constexpr bool is_text_like =
    std::is_same_v<T, bool> || is_integer<T> || std::is_same_v<T, float> ||
    std::is_same_v<T, double> || std::is_same_v<T, std::string> || std::is_enum_v<T> || is_int<T> ||
    is_text<T> || is_number<T> || HasAsText<T> || is_described_text<T>;
template <class T, Constant V>
inline constexpr bool is_text_like<Default<T, V>> = is_text_like<T>;
template <class... A>
inline constexpr bool is_text_like<std::variant<A...>> = (is_text_like<A> && ...);

template <class T>
inline constexpr bool is_describable =
    is_text_like<T> || is_of<T, std::optional> || is_list<T> || is_std_array<T> || is_map<T> ||
    is_plain_struct<T> || is_of<T, std::variant> || std::is_same_v<T, Json> || DefaultOf<T>::is ||
    HasDescription<T>;

}  // namespace detail
}  // namespace svc
