// message.h — a request's head as it was received, and an answer's head before it is sent.
//
// A RequestHead is a set of views into the connection's buffer: valid until the exchange ends.
// Nothing in it is copied or lower-cased; header look-up compares without regard to case.
// Sources: RFC 9110 (semantics), RFC 9112 (HTTP/1.1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/api.h"

namespace svc {

enum class Method : uint8_t {
  get,
  head,
  post,
  put,
  delete_,
  patch,
  options,
  connect,
  trace,
  other
};
SVC_API std::string_view method_name(Method method) noexcept;  // "GET"; "other" has none: "".
SVC_API Method method_from(std::string_view token) noexcept;   // Case matters (RFC 9110 9.1).

// The reason phrase of RFC 9110 and the registry, "" for what is not registered.
SVC_API std::string_view reason_phrase(int status) noexcept;

struct HeaderField {
  std::string_view name;   // As received.
  std::string_view value;  // Without the whitespace around it.
};

// ASCII case-insensitive equality: field names, tokens, schemes.
SVC_API bool iequals(std::string_view a, std::string_view b) noexcept;

enum class BodyFraming : uint8_t { none, length, chunked };

struct SVC_API RequestHead {
  Method method = Method::get;
  std::string_view method_text;  // As received.
  std::string_view target;       // As received, in whichever form (RFC 9112 3.2).
  std::string_view path;   // Of origin- or absolute-form, still percent-encoded; "*" for OPTIONS *.
  std::string_view query;  // Without the '?'; empty if there is none.
  std::string_view authority;  // Of the target in absolute-form, else Host.
  int version_minor = 1;       // 0 or 1; a higher 1.x is served as 1.1 (RFC 9110 2.5).
  BodyFraming framing = BodyFraming::none;
  uint64_t content_length = 0;   // When framing is length.
  bool keep_alive = true;        // What the client asks for (RFC 9112 9.3).
  bool expect_continue = false;  // Expect: 100-continue on HTTP/1.1, and a body is announced.
  std::span<const HeaderField> headers;

  // The first field of that name. Several fields of one name: count(), all().
  std::optional<std::string_view> header(std::string_view name) const noexcept;
  size_t count(std::string_view name) const noexcept;
  // Whether a comma-separated field (Connection, TE …), over all its lines, has this element;
  // without regard to case and to parameters after ';'.
  bool has_token(std::string_view name, std::string_view token) const noexcept;
};

// An answer's head. Names and values are checked as they are added: a control character in a value
// (CR, LF and NUL above all) or a name that is no token throws std::invalid_argument, so nothing a
// handler passes on can split a response (RFC 9110 5.5). Date, Content-Length, Transfer-Encoding
// and Connection are the server's: adding them is refused in the same way (`Connection: close` is
// asked for by `close`).
class SVC_API ResponseHead {
 public:
  int status = 200;
  bool close = false;  // Close the connection after this answer.

  explicit ResponseHead(int code = 200) : status(code) {}
  ResponseHead& add(std::string_view name, std::string_view value);  // Appends a field.
  ResponseHead& set(std::string_view name, std::string_view value);  // Replaces all of that name.
  std::optional<std::string_view> get(std::string_view name) const noexcept;
  bool has(std::string_view name) const noexcept { return get(name).has_value(); }
  // "Name: value\r\n" …, ready to be sent.
  const std::string& encoded() const noexcept { return encoded_; }

 private:
  std::string encoded_;
};

}  // namespace svc
