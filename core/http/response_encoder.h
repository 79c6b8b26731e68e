// response_encoder.h — answers to bytes: status line, the server's own fields, chunks.
//
// Thread: the worker's loop. Clock: `unix_now_s` is passed in; the Date field (RFC 9110 6.6.1) is
// formatted once a second.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/http/http_date.h"
#include "core/http/message.h"

namespace svc {

// How the body of an answer is delimited on the wire (RFC 9112 6.3).
enum class AnswerFraming : uint8_t { none, length, chunked, until_close };

struct AnswerFrame {
  AnswerFraming framing = AnswerFraming::length;
  uint64_t length = 0;
  bool keep_alive = true;
  int version_minor = 1;  // Of the request: HTTP/1.0 clients are told keep-alive explicitly.
};

class DateCache {
 public:
  std::string_view at(int64_t unix_now_s) noexcept;  // "Sun, 06 Nov 1994 08:49:37 GMT"

 private:
  int64_t second_ = -1;
  HttpDate text_;
};

// Appends the status line, Date, framing and connection fields, the head's own fields and the empty
// line. A status of 1xx, 204 or 304 gets no body framing whatever `frame` says (RFC 9110 8.6; 304
// keeps a length that is told and not 0). A status outside 100…999 becomes 500. There is no Server
// field: it tells attackers more than clients.
void encode_head(std::string& out, const ResponseHead& head, const AnswerFrame& frame,
                 std::string_view date);
void encode_chunk(std::string& out, std::string_view data);  // Nothing for empty data.
// `trailers` are checked like ResponseHead's fields: throws std::invalid_argument.
void encode_last_chunk(std::string& out,
                       std::span<const std::pair<std::string, std::string>> trailers = {});
inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace svc
