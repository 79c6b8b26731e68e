// response_parser.h — bytes to answers: llhttp underneath, the strictness it lacks on top.
//
// Why strict: a client that keeps connections and reads an answer's end at another place than its
// sender gives the rest of one answer to the next caller (response splitting, desynchronisation).
// RFC 9112 is the law; what can be read in two ways is refused and its connection closed. Stricter
// than 5.2 asks of a user agent: folded lines are refused, too, as 5.2 lets a gateway do; and a
// bare LF ends no line.
//
// The caller owns the buffer; a head lies in one piece of it and may move between calls. One object
// serves one answer after another.
//
// Thread: the loop's. No system calls, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/http/chunked_body.h"
#include "core/http/client/failure.h"
#include "core/http/client/limits.h"
#include "core/http/field_section.h"
#include "core/http/llhttp_reader.h"
#include "core/http/message.h"

namespace svc {

// A head as it was received: views into the `message` of the call that completed it.
struct ReceivedHead {
  int status = 0;
  int version_minor = 1;
  BodyFraming framing = BodyFraming::none;
  uint64_t content_length = 0;  // When framing is length.
  bool until_close = false;     // The body ends with the connection; framing is none.
  bool keep_alive = true;       // After this answer the connection may serve again.
  std::optional<uint32_t>
      keep_alive_s;  // For how long, if the upstream says (Keep-Alive: timeout=).
  std::span<const HeaderField> fields;

  bool informational() const noexcept { return status < 200; }
};

class ResponseParser {
 public:
  ResponseParser() noexcept : reader_(LlhttpReader::Reads::responses) {}

  // Before the first byte of each exchange. `to_head`: the request was HEAD.
  void reset(const ClientLimits& limits, bool to_head) noexcept;
  // After an informational head, whose bytes the caller has taken out of the buffer.
  void next_head() noexcept;

  enum class State : uint8_t { more, complete, refused };
  // `message`: the bytes from the head's first one to all that has been read so far.
  State parse_head(std::string_view message);
  const ReceivedHead& head() const noexcept { return head_; }
  size_t head_size() const noexcept { return section_.end(); }

  struct Step {
    State state = State::more;
    size_t consumed = 0;    // Bytes of `input` used up; after complete the rest belongs to nobody.
    std::string_view data;  // Content found, within `input`; may be empty.
  };
  // The body, piece by piece: call it until it is complete, refused, or more with all consumed.
  // REQUIRES: the final head is complete.
  Step parse_body(std::string_view input);
  // The connection has ended. True: so has the body, as it should.
  bool finish_at_close() noexcept;
  bool body_complete() const noexcept { return stage_ == Stage::done; }
  std::span<const HeaderField> trailers() const noexcept { return chunked_.trailers(); }

  struct Fault {
    ClientFailure::Kind kind = ClientFailure::Kind::protocol;
    std::string_view detail;  // One static sentence.
  };
  const Fault& fault() const noexcept { return fault_; }  // After refused.

 private:
  // status_line → fields → body → done; refused is left by reset() only.
  enum class Stage : uint8_t { status_line, fields, body, done, refused };

  State refuse(ClientFailure::Kind kind, std::string_view detail) noexcept;
  State refuse(const Refusal& refusal) noexcept;
  State read_status_line(std::string_view message) noexcept;
  State read_fields(std::string_view message);
  State finish_head(std::string_view message);

  Stage stage_ = Stage::status_line;
  bool to_head_ = false;
  size_t status_line_max_ = 0;
  HttpLimits limits_;  // The shared scanners' form of ClientLimits.
  size_t resume_ = 0;  // All before it has been looked at.
  FieldSection section_;
  ReceivedHead head_;
  std::vector<HeaderField> fields_;
  uint64_t length_left_ = 0;
  ChunkedBody chunked_;
  LlhttpReader reader_;
  Fault fault_;
};

}  // namespace svc
