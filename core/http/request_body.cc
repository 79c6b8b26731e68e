#include "core/http/request_body.h"

namespace svc {

using BodyState = RequestParser::BodyState;

namespace {
constexpr std::string_view kTooLarge = "The request body is larger than this resource accepts.";
}  // namespace

void RequestBody::open(RequestParser& parser, ReadBuffer& input) noexcept {
  const RequestHead& head = parser.head();
  parser_ = &parser;
  input_ = &input;
  length_ = head.framing == BodyFraming::length ? head.content_length : 0;
  const bool any = head.framing == BodyFraming::chunked || length_ > 0;
  state_ = any ? BodyState::more : BodyState::complete;
  refusal_ = {};
  max_ = UINT64_MAX;
  received_ = 0;
  consumed_ = 0;
  bytes_came_ = 0;
  waited_ = {};
  waiting_since_.reset();
  touched_ = any && !input.empty();
}

void RequestBody::limit(uint64_t bytes) noexcept {
  max_ = bytes;
  if (length_ > max_) refuse(413, kTooLarge);
}

void RequestBody::refuse(int status, std::string_view detail) noexcept {
  state_ = BodyState::refused;
  refusal_ = {status, detail};
}

std::string_view RequestBody::next(size_t input_max) {
  while (state_ == BodyState::more && !input_->empty()) {
    touched_ = true;
    const RequestParser::BodyStep step = parser_->parse_body(input_->unread().substr(0, input_max));
    input_->consume(step.consumed);
    consumed_ += step.consumed;
    received_ += step.data.size();
    state_ = step.state;
    if (state_ == BodyState::refused) {
      refusal_ = parser_->refusal();
    } else if (received_ > max_ || step.announced > max_ - received_) {
      refuse(413, kTooLarge);
      return {};
    }
    if (!step.data.empty()) return step.data;
    if (step.consumed == 0) break;
  }
  return {};
}

bool RequestBody::worth_discarding() const noexcept {
  if (complete()) return true;
  if (refused()) return false;
  return length_ == 0 || length_ - received_ <= kDiscardMax;
}

void RequestBody::wait_began(Instant now) noexcept {
  if (!waiting_since_) waiting_since_ = now;
}

void RequestBody::wait_ended(Instant now) noexcept {
  if (waiting_since_) waited_ += now - *waiting_since_;
  waiting_since_.reset();
}

void RequestBody::came(uint64_t bytes, Instant now, const HttpLimits& limits) noexcept {
  wait_ended(now);
  bytes_came_ += bytes;
  if (waited_ <= limits.body_timeout || state_ != BodyState::more) return;
  const double owed =
      std::chrono::duration<double>(waited_).count() * static_cast<double>(limits.body_min_rate);
  if (static_cast<double>(bytes_came_) < owed) refuse(408, "The request body came too slowly.");
}

}  // namespace svc
