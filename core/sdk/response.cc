#include "core/sdk/response.h"

#include <stdexcept>

#include "core/http/http_date.h"
#include "core/sdk/conditional.h"

namespace svc {

void check_status(int status) {
  if (status >= 200 && status <= 599) return;
  throw std::invalid_argument("an answer's status is 200 to 599, not " + std::to_string(status));
}

Response& Response::status(int code) & {
  check_status(code);
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
  return add_header("Set-Cookie", set_cookie(name, value, options));
}

Response& Response::forget_cookie(std::string_view name, CookieOptions options) & {
  options.max_age = std::chrono::seconds(0);
  return cookie(name, {}, options);
}

Response& Response::etag(std::string_view tag) & {
  has_version_ = true;
  return header("ETag", quoted_etag(tag));
}

Response& Response::last_modified(std::chrono::sys_seconds when) & {
  has_version_ = true;
  return header("Last-Modified", date_text(http_date(when.time_since_epoch().count())));
}

Response& Response::close() & noexcept {
  head_.close = true;
  return *this;
}

Response& Response::body(std::string bytes, std::string_view content_type) & {
  head_.set("Content-Type", content_type);
  body_ = std::move(bytes);
  pieces_.clear();
  return *this;
}

Response& Response::pieces(std::vector<BodyPiece> pieces) & {
  body_.clear();
  pieces_ = std::move(pieces);
  return *this;
}

void Response::clear_content() {
  for (const std::string_view name : {"Content-Type", "Content-Disposition", "Content-Encoding",
                                      "Content-Language", "Content-Range"}) {
    head_.remove(name);
  }
  body_.clear();
  pieces_.clear();
}

}  // namespace svc
