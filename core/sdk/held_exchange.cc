#include "core/sdk/held_exchange.h"

#include <array>
#include <stdexcept>

#include "core/base/check.h"
#include "core/sdk/send_response.h"
#include "core/sdk/stream.h"

namespace svc {

Outcome& Outcome::header(std::string_view name, std::string_view value) {
  if (state_ == State::held) answer_.header(name, value);
  return *this;
}

Outcome& Outcome::add_header(std::string_view name, std::string_view value) {
  if (state_ == State::held) answer_.add_header(name, value);
  return *this;
}

Response& Outcome::response() {
  if (state_ == State::held) return answer_;
  throw std::logic_error(streamed() ? "an answer in parts has been sent: it can't be changed"
                                    : "there is no answer yet");
}

void HeldExchange::respond(ResponseHead&& head, std::string body) {
  if (answered()) throw std::logic_error("this request has been answered already");
  outcome_.answer_ = Response(std::move(head), std::move(body));
  outcome_.state_ = Outcome::State::held;
}

void HeldExchange::respond_pieces(ResponseHead&& head, std::vector<BodyPiece> pieces) {
  respond(std::move(head), {});
  outcome_.answer_.pieces(std::move(pieces));
}

void HeldExchange::begin(ResponseHead&& head, std::optional<uint64_t> length) {
  if (answered()) throw std::logic_error("this request has been answered already");
  ResponseHead seen = head;
  real_.begin(std::move(head), length);
  outcome_.answer_ = Response(std::move(seen), {});
  outcome_.state_ = Outcome::State::streamed;
}

void HeldExchange::replace(Response&& response) {
  if (outcome_.streamed()) return;
  check_status(response.status());
  outcome_.answer_ = std::move(response);
  outcome_.state_ = Outcome::State::held;
}

void HeldExchange::release() {
  if (outcome_.state_ != Outcome::State::held) return;
  send_response(std::move(outcome_.answer_), real_);
}

void HeldExchange::read_body() {
  SVC_CHECK(!body_ && plan().body == BodyMode::streamed);
  constexpr uint64_t kTrusted = 64 * 1024;  // What a length is believed before the bytes are there.
  std::string body;
  body.reserve(std::min(head().content_length, kTrusted));
  BodyStream stream(real_);
  std::array<char, 8192> buffer;
  while (const size_t size = stream.read(buffer)) body.append(buffer.data(), size);
  body_ = std::move(body);
}

}  // namespace svc
