// response.h — what a handler returns when a plain value isn't enough: status, headers, any body.
//
//   return svc::Response(202).header("Retry-After", "5").text("come back later");
//   return svc::Response::of(order).header("X-Total", "7");
//
// Header names and values are checked as they are added: std::invalid_argument for a control
// character or for a field that is the server's own (message.h), so no input splits an answer.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/http/body_piece.h"
#include "core/http/message.h"
#include "core/sdk/cookie.h"
#include "core/sdk/json/write_json.h"
#include "core/sdk/types/describe.h"

namespace svc {

inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kTextType = "text/plain; charset=utf-8";
inline constexpr std::string_view kHtmlType = "text/html; charset=utf-8";
inline constexpr std::string_view kBytesType = "application/octet-stream";

// Throws std::invalid_argument for what is no final status (200 to 599).
SVC_API void check_status(int status);

class SVC_API Response {
 public:
  explicit Response(int status = 200) : head_(status) { check_status(status); }
  Response(ResponseHead head, std::string body) : head_(std::move(head)), body_(std::move(body)) {}
  // `value` as JSON.
  template <class T>
  static Response of(const T& value, int status = 200) {
    return Response(status).json(value);
  }

  Response& status(int code) &;
  Response& header(std::string_view name, std::string_view value) &;      // Replaces that field.
  Response& add_header(std::string_view name, std::string_view value) &;  // Adds another one.
  Response& cookie(std::string_view name, std::string_view value,
                   const CookieOptions& options = {}) &;
  // Has browsers forget it. `options`: the path and the domain that it was set with.
  Response& forget_cookie(std::string_view name, CookieOptions options = {}) &;
  // The version of what is sent, without quotes: a GET or HEAD whose client has it already is
  // answered with 304, one that wants another with 412 (core/sdk/conditional.h).
  Response& etag(std::string_view tag) &;
  Response& last_modified(std::chrono::sys_seconds when) &;
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

  Response&& status(int code) && { return std::move(status(code)); }
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
  Response&& forget_cookie(std::string_view name, CookieOptions options = {}) && {
    return std::move(forget_cookie(name, std::move(options)));
  }
  Response&& etag(std::string_view tag) && { return std::move(etag(tag)); }
  Response&& last_modified(std::chrono::sys_seconds when) && {
    return std::move(last_modified(when));
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
  // Empty, too, where the body is a file.
  const std::string& body() const noexcept { return body_; }
  ResponseHead& head() noexcept { return head_; }
  std::string take_body() && noexcept { return std::move(body_); }

  // ---- For results that know more than a text (svc::File), and for who sends them.

  Response& pieces(std::vector<BodyPiece> pieces) &;  // Instead of a body.
  bool in_pieces() const noexcept { return !pieces_.empty(); }
  const std::vector<BodyPiece>& pieces() const noexcept { return pieces_; }
  std::vector<BodyPiece> take_pieces() && noexcept { return std::move(pieces_); }
  bool has_version() const noexcept { return has_version_; }  // etag() or last_modified().
  void clear_content();                                       // No body, and no field Content-….

 private:
  ResponseHead head_;
  std::string body_;
  std::vector<BodyPiece> pieces_;
  bool has_version_ = false;
};

// 201 with the value as JSON, and Location where it is given.
template <class T>
struct Created {
  T value;
  std::string location{};
};
template <class T>
Created(T) -> Created<T>;
Created(const char*)->Created<std::string>;
Created(const char*, std::string)->Created<std::string>;
template <class T>
Created(T, std::string) -> Created<T>;

struct NoContent {};  // 204

// 303 (See Other) by default: the browser fetches `location` with GET. Other statuses are 3xx, or
// the answer is 500. What a URI can't hold (blanks, letters beyond ASCII) is percent-encoded.
struct Redirect {
  std::string location;
  int status = 303;
};

}  // namespace svc
