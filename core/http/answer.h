// answer.h — one answer as it is put on the wire: framing decided, lengths kept honest.
//
// Why a class without a socket: whatever a handler does (writes more than it announced, less, a
// body where none may be), what goes out is either one well-formed answer or one that is visibly
// cut off, never something that a client reads as the beginning of the next answer.
//
// Thread: the worker's loop. No system calls. Sources: RFC 9110 6.4, 8.6, 9.3.2; RFC 9112 6, 7.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/http/answer_queue.h"
#include "core/http/body_piece.h"
#include "core/http/message.h"
#include "core/http/response_encoder.h"

namespace svc {

class Answer {
 public:
  enum class Stage : uint8_t { none, begun, complete };

  // A new request, whose answer goes to `out`.
  void open(const RequestHead& request, AnswerQueue& out) noexcept;

  // `keep` is what the connection would like; false is said to the client as Connection: close.
  // REQUIRES: stage() is none.
  void respond(const ResponseHead& head, std::string&& body, bool keep, std::string_view date);
  void respond(const ResponseHead& head, std::vector<BodyPiece>&& pieces, bool keep,
               std::string_view date);
  void begin(const ResponseHead& head, std::optional<uint64_t> length, bool keep,
             std::string_view date);
  // REQUIRES: stage() is begun. False: more than the length that begin() announced; nothing of it
  // is sent, and the connection must be cut.
  bool write(std::string_view part);
  // False: less than announced; the connection must be cut.
  bool finish(std::span<const std::pair<std::string, std::string>> trailers);

  Stage stage() const noexcept { return stage_; }
  int status() const noexcept { return status_; }
  bool keeps() const noexcept { return keep_; }  // What the client was told.
  bool for_head() const noexcept { return for_head_; }
  // Only the end of the connection tells the client where the body ends.
  bool until_close() const noexcept { return framing_ == AnswerFraming::until_close; }

 private:
  void whole_head(const ResponseHead& response, uint64_t size, bool keep, std::string_view date);
  void head(const ResponseHead& head, AnswerFraming framing, uint64_t length, bool keep,
            std::string_view date);

  AnswerQueue* out_ = nullptr;
  Stage stage_ = Stage::none;
  AnswerFraming framing_ = AnswerFraming::none;
  bool for_head_ = false;  // HEAD: all fields, no body.
  bool silent_ = false;    // No body is sent, whatever is written.
  bool wants_trailers_ = false;
  bool keep_ = true;
  int version_minor_ = 1;
  int status_ = 0;
  uint64_t length_left_ = 0;  // Of a framing by length.
};

}  // namespace svc
