#include "core/http/exchange.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "core/http/answer_queue.h"
#include "core/http/connection.h"
#include "core/http/server_core.h"

namespace svc {
namespace {

Error as_error(const Refusal& refusal) {
  const auto code = refusal.status == 413   ? std::errc::message_size
                    : refusal.status == 408 ? std::errc::timed_out
                                            : std::errc::protocol_error;
  return Error::of(code, std::string(refusal.detail));
}

}  // namespace

std::string_view ServedExchange::body() const noexcept {
  return whole_body_.empty() ? std::string_view(collected_) : whole_body_;
}

ClientOrigin ServedExchange::origin() const noexcept {
  return seen_ ? seen_->origin : Exchange::origin();
}

// A client that has begun to send its body doesn't wait (RFC 9110 10.1.1).
bool ServedExchange::client_waits() const noexcept {
  return continue_owed_ && body_.untouched() && !body_.complete();
}

bool ServedExchange::owes_continue() noexcept {
  const bool owed = client_waits() && !answered();  // Behind a final head it would be content.
  if (owed) continue_owed_ = false;
  return owed;
}

Result<size_t> ServedExchange::read(std::span<char> buffer) {
  Fiber& fiber = Fiber::self();
  if (plan_->body != BodyMode::streamed) return Error::invalid("this route's body is not streamed");
  if (buffer.empty()) return size_t{0};
  for (;;) {
    fiber.check_cancelled();
    const std::string_view data = body_.next(buffer.size());
    if (!data.empty()) {
      std::memcpy(buffer.data(), data.data(), data.size());
      share_turn(fiber, data.size());
      return data.size();
    }
    if (body_.complete()) return size_t{0};
    if (body_.refused()) return as_error(body_.refusal());
    // Its answer came instead of 100 Continue: it may never send what we would wait for.
    if (answered() && client_waits()) return Error::invalid("the body was not asked for in time");
    if (!receive_more(fiber)) {
      return Error::of(std::errc::operation_canceled, "the request has been cancelled");
    }
  }
}

// False: cancelled while an exception is on its way.
bool ServedExchange::receive_more(Fiber& fiber) {
  if (connection_ == nullptr) return false;
  if (owes_continue() && !connection_->send_continue()) return nobody_waits(fiber);
  switch (connection_->receive_body()) {
    case Connection::Received::some:
      return true;
    case Connection::Received::ended:
      body_.refuse(400, "The request body ended early.");
      return true;
    case Connection::Received::failed:
      return nobody_waits(fiber);
    case Connection::Received::nothing:
      break;
  }
  body_.wait_began(core_.loop.now());
  const bool woken = wait_for(Waits::input, fiber);
  body_.wait_ended(core_.loop.now());
  return woken;
}

// Suspends until go_on(). False: cancelled while an exception is on its way.
bool ServedExchange::wait_for(Waits what, Fiber& fiber) {
  struct Waiting {  // Also when Cancelled is thrown: nobody may resume a fiber for an old wish.
    ServedExchange& exchange;
    ~Waiting() {
      exchange.waits_ = Waits::nothing;
      exchange.waiter_ = nullptr;
    }
  } const waiting{*this};
  waits_ = what;
  waiter_ = &fiber;
  tell_connection();
  return fiber.suspend() != Wake::cancelled;
}

// Throws Cancelled, or returns false if an exception is on its way already.
bool ServedExchange::nobody_waits(Fiber& fiber) {
  if (fiber_ != nullptr) fiber_->cancel(CancelReason::client_gone);
  fiber.cancel(CancelReason::client_gone);  // It may be a child of the handler's.
  fiber.check_cancelled();
  return false;
}

void ServedExchange::check_head(const ResponseHead& head) const {
  if (answered()) throw std::logic_error("this request has been answered already");
  if (head.status < 200 || head.status > 599) {
    throw std::invalid_argument("an answer's status is 200 to 599, not " +
                                std::to_string(head.status));
  }
}

void ServedExchange::complete(ResponseHead& head) const {
  fields_.apply(head);
  tell_request_id(core_.limits.tell_request_id, head_, id_, head);
}

// `will_read_more`: the handler may still read the rest of its body.
bool ServedExchange::may_keep(bool will_read_more) const noexcept {
  if (connection_ == nullptr || !connection_->may_be_kept()) return false;
  if (!head_.keep_alive || body_.refused()) return false;
  if (body_.complete()) return true;
  // A client that was never told to go on may send its body or not: nobody can say where the next
  // request begins (RFC 9110 10.1.1).
  if (client_waits()) return false;
  return will_read_more || body_.worth_discarding();
}

void ServedExchange::tell_connection() {
  if (connection_ != nullptr) connection_->touch();
}

void ServedExchange::respond(ResponseHead&& head, std::string body) {
  check_head(head);
  complete(head);
  answer_.respond(head, std::move(body), may_keep(false), core_.date());
  tell_connection();
}

void ServedExchange::respond_pieces(ResponseHead&& head, std::vector<BodyPiece> pieces) {
  check_head(head);
  complete(head);
  answer_.respond(head, std::move(pieces), may_keep(false), core_.date());
  tell_connection();
}

void ServedExchange::begin(ResponseHead&& head, std::optional<uint64_t> length) {
  check_head(head);
  // The last moment for it. A handler that means to read would not have begun its answer if it did
  // not want the body; one that only refuses responds.
  if (plan_->body == BodyMode::streamed && connection_ != nullptr && owes_continue()) {
    connection_->send_continue();
  }
  complete(head);
  answer_.begin(head, length, may_keep(plan_->body == BodyMode::streamed), core_.date());
  tell_connection();
}

void ServedExchange::write(std::string_view part) {
  if (answer_.stage() != Answer::Stage::begun) {
    throw std::logic_error("write() belongs between begin() and finish()");
  }
  Fiber& fiber = Fiber::self();
  while (!part.empty()) {
    const std::string_view slice = part.substr(0, kSliceMax);
    part.remove_prefix(slice.size());
    if (!send_slice(fiber, slice)) return;
  }
}

bool ServedExchange::try_write(std::string_view part) {
  if (connection_ == nullptr || must_cut_ || answer_.for_head()) return false;
  if (answer_.stage() != Answer::Stage::begun || output_.size() > kLowWater) return false;
  if (!answer_.write(part)) return false;
  tell_connection();
  return true;
}

// False: cancelled while an exception is on its way; nothing more is sent.
bool ServedExchange::send_slice(Fiber& fiber, std::string_view slice) {
  fiber.check_cancelled();
  if (connection_ == nullptr || must_cut_) return false;
  if (answer_.for_head()) {
    // All has been said. The handler need not make what nobody gets, perhaps without an end.
    answer_.finish({});
    tell_connection();
    return nobody_waits(fiber);
  }
  if (!answer_.write(slice)) {
    cut("the handler wrote more than the length it had announced");
    throw std::length_error("more was written than the length announced to begin()");
  }
  if (!connection_->flush_now()) return nobody_waits(fiber);
  if (output_.size() > kHighWater) {
    while (output_.size() > kLowWater) {
      if (!wait_for(Waits::room, fiber) || connection_ == nullptr) return false;
    }
  }
  share_turn(fiber, slice.size());
  return true;
}

void ServedExchange::finish(std::span<const std::pair<std::string, std::string>> trailers) {
  if (answer_.stage() != Answer::Stage::begun) {
    throw std::logic_error("finish() belongs after begin(), once");
  }
  if (!answer_.finish(trailers)) {
    cut("the handler wrote less than the length it had announced");
    throw std::length_error("less was written than the length announced to begin()");
  }
  tell_connection();
}

// A client that is as fast as the handler never makes it wait; others want to be served too.
void ServedExchange::share_turn(Fiber& fiber, size_t bytes) {
  constexpr size_t kLeast = 1024;  // A tiny part costs a system call too.
  turn_share_ += std::max(bytes, kLeast);
  if (turn_share_ < kTurnShare) return;
  turn_share_ = 0;
  fiber.yield();
}

}  // namespace svc
