// result.h — how the world fails: Result<T>, which is a value or an Error.
//
// Why: a server meets failing calls every second; they are part of its normal path, so they are
// return values that cannot be overlooked. An Error carries one finished sentence for people (what
// we were doing, then what the system said) and the errno for code. Our own bugs are SVC_CHECK.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/base/api.h"

namespace svc {

struct SVC_API Error {
  std::errc code{};
  std::string text;  // "bind 127.0.0.1:80: Permission denied": one line, no full stop.

  // Reads errno: call it before anything else can change that.
  static Error from_errno(std::string_view doing);
  static Error from_code(int error_number, std::string_view doing);
  // Bad input: `text` is the whole sentence. code is invalid_argument.
  static Error invalid(std::string text);
  static Error of(std::errc code, std::string text);

  // The same error, told from further out: "reload: " + text.
  Error within(std::string_view context) &&;
};

template <class T = void>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using Base = std::expected<T, Error>;
  using Base::Base;
  Result(Error error) : Base(std::unexpected(std::move(error))) {}  // NOLINT: return Error::…
  Result() requires std::is_default_constructible_v<Base>
  = default;
};

}  // namespace svc

#define SVC_JOIN_INNER(a, b) a##b
#define SVC_JOIN(a, b) SVC_JOIN_INNER(a, b)
#define SVC_TRY_INNER(result, declaration, expression)         \
  auto result = (expression);                                  \
  if (!result) return ::svc::Error(std::move(result).error()); \
  declaration = *std::move(result)

// SVC_TRY(auto fd, open_it(path)); — the value, or return the error from this function.
#define SVC_TRY(declaration, expression) \
  SVC_TRY_INNER(SVC_JOIN(try_result_, __LINE__), declaration, expression)
// SVC_TRY_VOID(fd.sync()); — go on, or return the error from this function.
#define SVC_TRY_VOID(expression)                                                             \
  if (auto SVC_JOIN(try_result_, __LINE__) = (expression); !SVC_JOIN(try_result_, __LINE__)) \
  return ::svc::Error(std::move(SVC_JOIN(try_result_, __LINE__)).error())
