// runtime_pattern.h — a pattern or path that the compiler doesn't know, and how it says no to one
// that it does.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace svc {

struct RuntimePattern {
  std::string text;
};
inline RuntimePattern runtime(std::string text) { return {std::move(text)}; }

namespace detail {

// Not constexpr: the compiler stops at such a call and prints the line that it stands in.
void refuse(const char* why);

// A text, but no literal.
template <class S>
concept UnseenText =
    std::is_convertible_v<S, std::string_view> && !std::is_array_v<std::remove_reference_t<S>>;

}  // namespace detail
}  // namespace svc
