// response.h — what a handler returns when a plain value isn't enough: status, headers, any body.
//
//   return svc::Response(202).header("Retry-After", "5").text("come back later");
//   return svc::Response::of(order).header("X-Total", "7");
//
// Header names and values are checked as they are added: std::invalid_argument for a control
// character or for a field that is the server's own (message.h), so no input splits an answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/base/api.h"
#include "core/http/message.h"
#include "core/sdk/json/write_json.h"
#include "core/sdk/types/describe.h"

namespace svc {

inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kTextType = "text/plain; charset=utf-8";
inline constexpr std::string_view kHtmlType = "text/html; charset=utf-8";
inline constexpr std::string_view kBytesType = "application/octet-stream";

struct CookieOptions {
  std::string path = "/";
  std::optional<int64_t>
      max_age_s{};  // nullopt: until the browser is closed. 0 deletes the cookie.
  std::string domain{};
  bool http_only = true;
  bool secure = false;
  std::string same_site = "Lax";
};

class SVC_API Response {
 public:
  explicit Response(int status = 200) : head_(status) {}
  // `value` as JSON.
  template <class T>
  static Response of(const T& value, int status = 200) {
    return Response(status).json(value);
  }

  Response& status(int code) & noexcept;  // 200 to 999, or the answer is 500.
  Response& header(std::string_view name, std::string_view value) &;      // Replaces that field.
  Response& add_header(std::string_view name, std::string_view value) &;  // Adds another one.
  Response& cookie(std::string_view name, std::string_view value,
                   const CookieOptions& options = {}) &;
  Response& close() & noexcept;  // The connection ends after this answer.
  // Each replaces the body and its Content-Type.
  Response& body(std::string bytes, std::string_view content_type = kBytesType) &;
  Response& text(std::string text) & { return body(std::move(text), kTextType); }
  Response& html(std::string text) & { return body(std::move(text), kHtmlType); }
  template <class T>
  Response& json(const T& value) & {
    std::string out;
    append_json(out, type_info<T>(), &value);
    return body(std::move(out), kJsonType);
  }

  Response&& status(int code) && noexcept { return std::move(status(code)); }
  Response&& header(std::string_view name, std::string_view value) && {
    return std::move(header(name, value));
  }
  Response&& add_header(std::string_view name, std::string_view value) && {
    return std::move(add_header(name, value));
  }
  Response&& cookie(std::string_view name, std::string_view value,
                    const CookieOptions& options = {}) && {
    return std::move(cookie(name, value, options));
  }
  Response&& close() && noexcept { return std::move(close()); }
  Response&& body(std::string bytes, std::string_view content_type = kBytesType) && {
    return std::move(body(std::move(bytes), content_type));
  }
  Response&& text(std::string text) && { return std::move(body(std::move(text), kTextType)); }
  Response&& html(std::string text) && { return std::move(body(std::move(text), kHtmlType)); }
  template <class T>
  Response&& json(const T& value) && {
    return std::move(json(value));
  }

  int status() const noexcept { return head_.status; }
  std::optional<std::string_view> header(std::string_view name) const noexcept {
    return head_.get(name);
  }
  const std::string& body() const noexcept { return body_; }
  ResponseHead& head() noexcept { return head_; }
  std::string take_body() && noexcept { return std::move(body_); }

 private:
  ResponseHead head_;
  std::string body_;
};

// Throws std::invalid_argument for what is no final status (200 to 999).
SVC_API void check_status(int status);

// 201 with the value as JSON, and Location where it is given.
template <class T>
struct Created {
  T value;
  std::string location{};
};
template <class T>
Created(T) -> Created<T>;
template <class T>
Created(T, std::string) -> Created<T>;

struct NoContent {};  // 204

// 303 (See Other) by default: the browser fetches `location` with GET.
struct Redirect {
  std::string location;
  int status = 303;
};

}  // namespace svc
