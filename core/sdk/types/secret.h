// secret.h — svc::Secret<T>: what a client tells and nobody is told back: passwords, tokens, keys.
//
//   struct Login { std::string user; svc::Secret<svc::Text<8, 128>> password; };
//
// It is read and checked as a T. It is in no result (the member is left out), in no text of an
// issue, and there is no way to print or log it; the schema calls it writeOnly. The one way to its
// value is reveal(), which is easy to find in a review.
#pragma once

#include <iosfwd>
#include <utility>

#include "core/sdk/types/describe.h"

namespace svc {

template <class T>
class Secret {
 public:
  Secret() = default;
  explicit Secret(T value) : value_(std::move(value)) {}

  const T& reveal() const& noexcept { return value_; }
  T&& reveal() && noexcept { return std::move(value_); }

  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  T value_{};
};

namespace detail {

template <class T>
struct Described<Secret<T>> {
  static constexpr bool text_like = is_text_like<T>;
  static constexpr TypeInfo info() {
    static_assert(!is_of<T, std::optional>, "svc: write std::optional<svc::Secret<T>>");
    static_assert(sizeof(Secret<T>) == sizeof(T), "its address is the value's");
    TypeInfo info = describe<T>();
    info.write_only = true;
    return info;
  }
};

}  // namespace detail
}  // namespace svc
