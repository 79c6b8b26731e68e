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
  bool takes_trailers = false;   // TE: trailers (RFC 9110 6.5.1).
  uint64_t name_sizes = ~0ull;   // Bit n unset: no field's name has n bytes, modulo 64.
  std::span<const HeaderField> headers;

  // The first field of that name. Several fields of one name: count(), all().
  std::optional<std::string_view> header(std::string_view name) const noexcept {
    // Most of what is looked for isn't there, and mostly one bit says so.
    if ((name_sizes >> name.size() % 64 & 1) == 0) return std::nullopt;
    return find(name);
  }
  size_t count(std::string_view name) const noexcept;
  // Whether a comma-separated field (Connection, TE …), over all its lines, has this element;
  // without regard to case and to parameters after ';'.
  bool has_token(std::string_view name, std::string_view token) const noexcept;

 private:
  std::optional<std::string_view> find(std::string_view name) const noexcept;
};

// A field line that is judged by the compiler and needs no copy: "Content-Type: text/css\r\n".
// Does not compile for a name that is no token, a control character in the value, and a missing
// ": ". The fields that the server writes itself are not to be named so.
class FieldLine {
 public:
  template <size_t N>
  consteval FieldLine(const char (&line)[N]) : text_(line, N - 1) {
    const size_t colon = text_.find(": ");
    if (colon == 0 || colon == text_.npos || !text_.ends_with("\r\n")) throw "no line of a field";
    for (size_t i = 0; i < text_.size() - 2; ++i) {
      const bool fine = i < colon ? is_name_char(text_[i]) : text_[i] >= ' ' && text_[i] <= '~';
      if (!fine) throw "a character that no field has";
    }
  }
  constexpr std::string_view text() const noexcept { return text_; }

 private:
  static constexpr bool is_name_char(char c) noexcept {
    return c == '-' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
  std::string_view text_;
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
  explicit ResponseHead(FieldLine first, int code = 200) : status(code), first_(first.text()) {}
  ResponseHead& add(std::string_view name, std::string_view value);  // Appends a field.
  ResponseHead& set(std::string_view name, std::string_view value);  // Replaces all of that name.
  ResponseHead& remove(std::string_view name);                       // All of that name.
  std::optional<std::string_view> get(std::string_view name) const noexcept;  // The first one.
  std::optional<std::string> joined(std::string_view name) const;             // All, as one list.
  bool has(std::string_view name) const noexcept { return get(name).has_value(); }
  // "Name: value\r\n" …, ready to be sent: first() and then the others.
  std::string_view first() const noexcept { return first_; }
  const std::string& others() const noexcept { return others_; }
  std::string encoded() const { return std::string(first_) + others_; }

 private:
  std::string_view first_;  // A constant of the program, or empty.
  std::string others_;
};

}  // namespace svc
