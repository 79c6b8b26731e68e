#include "core/http/answer.h"

#include "core/base/check.h"

namespace svc {
namespace {

// RFC 9110 6.4.1: these have no content. A 205 has none either, but says so with a length.
constexpr bool has_no_content(int status) noexcept {
  return status < 200 || status == 204 || status == 205 || status == 304;
}

}  // namespace

void Answer::open(const RequestHead& request, AnswerQueue& out) noexcept {
  out_ = &out;
  stage_ = Stage::none;
  framing_ = AnswerFraming::none;
  for_head_ = request.method == Method::head;
  silent_ = false;
  version_minor_ = request.version_minor;
  wants_trailers_ = request.takes_trailers;
  keep_ = true;
  status_ = 0;
  length_left_ = 0;
}

void Answer::head(const ResponseHead& head, AnswerFraming framing, uint64_t length, bool keep,
                  std::string_view date) {
  status_ = head.status;
  framing_ = framing;
  length_left_ = length;
  silent_ = for_head_ || has_no_content(status_);
  keep_ = keep && !head.close && framing != AnswerFraming::until_close;
  encode_head(out_->tail(), head, {framing, length, keep_, version_minor_}, date);
}

void Answer::respond(const ResponseHead& response, std::string&& body, bool keep,
                     std::string_view date) {
  whole_head(response, body.size(), keep, date);
  if (!silent_) out_->append(std::move(body));
}

void Answer::respond(const ResponseHead& response, std::vector<BodyPiece>&& pieces, bool keep,
                     std::string_view date) {
  uint64_t size = 0;
  for (const BodyPiece& piece : pieces) size += piece.size();
  whole_head(response, size, keep, date);
  if (silent_) return;
  for (BodyPiece& piece : pieces) out_->append(std::move(piece));
}

// Of an answer whose body is there as a whole.
void Answer::whole_head(const ResponseHead& response, uint64_t size, bool keep,
                        std::string_view date) {
  SVC_CHECK(stage_ == Stage::none);
  const bool reset_content = response.status == 205;
  // A 304 without a body of its own doesn't claim that the representation is empty.
  const bool untold = response.status == 304 && size == 0;
  head(response, untold ? AnswerFraming::none : AnswerFraming::length, reset_content ? 0 : size,
       keep, date);
  stage_ = Stage::complete;
}

void Answer::begin(const ResponseHead& response, std::optional<uint64_t> length, bool keep,
                   std::string_view date) {
  SVC_CHECK(stage_ == Stage::none);
  AnswerFraming framing = AnswerFraming::chunked;
  if (length || response.status == 205) {
    framing = AnswerFraming::length;
  } else if (has_no_content(response.status)) {
    framing = AnswerFraming::none;
  } else if (version_minor_ == 0) {
    framing = AnswerFraming::until_close;
  }
  head(response, framing, response.status == 205 ? 0 : length.value_or(0), keep, date);
  stage_ = Stage::begun;
}

bool Answer::write(std::string_view part) {
  SVC_CHECK(stage_ == Stage::begun);
  if (silent_) return true;
  switch (framing_) {
    case AnswerFraming::none:
      return true;
    case AnswerFraming::chunked:
      encode_chunk(out_->tail(), part);
      return true;
    case AnswerFraming::until_close:
      out_->tail() += part;
      return true;
    case AnswerFraming::length:
      if (part.size() > length_left_) return false;
      length_left_ -= part.size();
      out_->tail() += part;
      return true;
  }
  return true;
}

bool Answer::finish(std::span<const std::pair<std::string, std::string>> trailers) {
  SVC_CHECK(stage_ == Stage::begun);
  if (!silent_) {
    if (framing_ == AnswerFraming::length && length_left_ > 0) return false;
    if (framing_ == AnswerFraming::chunked) {
      if (wants_trailers_) {
        encode_last_chunk(out_->tail(), trailers);
      } else {
        encode_last_chunk(out_->tail());
      }
    }
  }
  stage_ = Stage::complete;
  return true;
}

}  // namespace svc
