#include "core/base/result.h"

#include <cerrno>

namespace svc {

Error Error::from_errno(std::string_view doing) { return from_code(errno, doing); }

Error Error::from_code(int error_number, std::string_view doing) {
  std::string text(doing);
  text += ": ";
  text += std::generic_category().message(error_number);
  return {static_cast<std::errc>(error_number), std::move(text)};
}

Error Error::invalid(std::string text) { return of(std::errc::invalid_argument, std::move(text)); }

Error Error::of(std::errc code, std::string text) { return {code, std::move(text)}; }

Error Error::within(std::string_view context) && {
  text.insert(0, ": ");
  text.insert(0, context);
  return std::move(*this);
}

}  // namespace svc
