#include "core/sdk/response.h"

#include <stdexcept>

namespace svc {
namespace {

// RFC 6265 4.1.1: neither a name nor a value can hold what ends it.
void check_cookie(std::string_view name, std::string_view value, const CookieOptions& options) {
  constexpr std::string_view kEnds = " \t\r\n\",;\\";
  const auto refuse = [&](const char* part) {
    throw std::invalid_argument("cookie " + std::string(name) + ": its " + part +
                                " holds a character that a cookie can't");
  };
  if (name.empty() || name.find_first_of(kEnds) != std::string_view::npos ||
      name.find('=') != std::string_view::npos) {
    refuse("name");
  }
  if (value.find_first_of(kEnds) != std::string_view::npos) refuse("value");
  if (options.path.find(';') != std::string::npos) refuse("path");
  if (options.domain.find(';') != std::string::npos) refuse("domain");
  if (options.same_site.find(';') != std::string::npos) refuse("SameSite");
}

}  // namespace

void check_status(int status) {
  if (status >= 200 && status <= 999) return;
  throw std::invalid_argument("an answer's status is 200 to 999, not " + std::to_string(status));
}

Response& Response::status(int code) & noexcept {
  head_.status = code;
  return *this;
}

Response& Response::header(std::string_view name, std::string_view value) & {
  head_.set(name, value);
  return *this;
}

Response& Response::add_header(std::string_view name, std::string_view value) & {
  head_.add(name, value);
  return *this;
}

Response& Response::cookie(std::string_view name, std::string_view value,
                           const CookieOptions& options) & {
  check_cookie(name, value, options);
  std::string field;
  field.append(name).append("=").append(value);
  if (!options.path.empty()) field += "; Path=" + options.path;
  if (!options.domain.empty()) field += "; Domain=" + options.domain;
  if (options.max_age_s) field += "; Max-Age=" + std::to_string(*options.max_age_s);
  if (options.http_only) field += "; HttpOnly";
  if (options.secure) field += "; Secure";
  if (!options.same_site.empty()) field += "; SameSite=" + options.same_site;
  return add_header("Set-Cookie", field);
}

Response& Response::close() & noexcept {
  head_.close = true;
  return *this;
}

Response& Response::body(std::string bytes, std::string_view content_type) & {
  head_.set("Content-Type", content_type);
  body_ = std::move(bytes);
  return *this;
}

}  // namespace svc
