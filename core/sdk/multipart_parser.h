// multipart_parser.h — a multipart/form-data body, cut at any byte, as heads and pieces of content
// (RFC 7578, RFC 2046 5.1).
//
// Why strict: what two parsers read differently is how an upload gets past a filter. A line that
// begins with the boundary and goes on otherwise, a bare LF, an end without the closing boundary:
// all of it is refused. What a parser holds is bounded: one head, or as much of a content as may be
// the beginning of a boundary.
//
// Pure: bytes are given, none are read. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/sdk/part_head.h"

namespace svc {

struct MultipartLimits {
  size_t parts_max = 1000;
  size_t head_max = 8 * 1024;  // Bytes of one part's head.
};

class MultipartParser {
 public:
  // Of the Content-Type of a request. Errors: invalid_argument without a boundary, or with one that
  // is none (RFC 2046 5.1.1: 1 to 70 characters).
  static Result<MultipartParser> for_type(std::string_view content_type,
                                          MultipartLimits limits = {});

  enum class Step : uint8_t {
    more,      // Bytes are needed: add(), or end().
    part,      // A part begins: head().
    content,   // Bytes of it: content(), valid until the next call.
    part_end,  // It is complete.
    end,       // The body is; what follows is not looked at.
    failed,    // error(), for good.
  };
  Step next();
  void add(std::string_view bytes);  // REQUIRES: next() has said `more`.
  void end() noexcept { ended_ = true; }
  void set_limits(MultipartLimits limits) noexcept { limits_ = limits; }

  const PartHead& head() const noexcept { return head_; }
  std::string_view content() const noexcept { return content_; }
  const std::string& error() const noexcept { return error_; }

 private:
  enum class State : uint8_t { preamble, boundary, head, content, end, failed };

  MultipartParser(std::string_view boundary, MultipartLimits limits);
  Step fail(std::string why);
  Step need(std::string_view what);
  Step skip_preamble();
  Step read_boundary();
  Step read_head();
  Step read_content();
  std::string_view rest() const noexcept { return std::string_view(buffer_).substr(taken_); }

  std::string delimiter_;  // "\r\n--boundary"
  MultipartLimits limits_;
  std::string buffer_;
  size_t taken_ = 0;  // Of the buffer.
  size_t parts_ = 0;
  State state_ = State::preamble;
  bool in_part_ = false;
  bool ended_ = false;
  PartHead head_;
  std::string_view content_;
  std::string error_;
};

}  // namespace svc
