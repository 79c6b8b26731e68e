// connection_read.cc — from bytes to a request that can be served: heads, collected bodies, and
// bodies that nobody reads.
#include <cerrno>

#include "core/base/check.h"
#include "core/base/sys.h"
#include "core/http/connection.h"
#include "core/http/server_core.h"

namespace svc {

Connection::Received Connection::receive(std::span<char> space) {
  SVC_CHECK(!space.empty());  // Or nothing received would look like the end.
  const ssize_t size = sys::recv(socket_.get(), space.data(), space.size(), 0);
  if (size < 0) {
    readable_ = false;
    if (errno == EAGAIN) return Received::nothing;
    broken_ = true;
    return Received::failed;
  }
  if (size == 0) {
    readable_ = false;
    input_ended_ = true;
    return Received::ended;
  }
  received_ = static_cast<size_t>(size);
  core_.slot.bytes_in.add(received_);
  // A short recv(2) has emptied the kernel's queue, and what comes later is another event; but an
  // end that was announced with these bytes is not announced again.
  if (received_ < space.size() && !end_announced_) readable_ = false;
  return Received::some;
}

Connection::Received Connection::receive_body() {
  if (input_ended_) return Received::ended;
  if (!readable_) return Received::nothing;
  const Received received = receive(work_->input.space_behind_head());
  if (received == Received::some) {
    work_->input.filled(received_);
    work_->exchange.incoming().came(received_, core_.loop.now(), core_.limits);
    if (waits_for == TimeoutKind::body) Timeouts::stop(*this);  // The gap has ended.
  }
  return received;
}

// States idle and head.
bool Connection::read_head() {
  if (core_.drain.finishing() && core_.hand_over.may_give_now()) {
    if (work_ && flush() != AnswerQueue::Sent::all) return stuck();
    if (hand_over()) return true;
  }
  if (proxied_.header_due() && work_ && !work_->input.empty() && !take_proxy_header())
    return state_ == ConnectionState::closed || receive_head();
  // Answers are held back while requests follow in the same buffer, and sent together.
  if (work_ && work_->output.size() >= kBatchMax && flush() != AnswerQueue::Sent::all) {
    return stuck();
  }
  if (work_ && !work_->input.empty()) {
    const RequestParser::HeadState head = work_->parser.parse_head(work_->input.message());
    // Empty lines between requests (RFC 9112 2.2) are nothing that a time limit should run for, nor
    // one that they should set back.
    if (head == RequestParser::HeadState::incomplete && !work_->parser.started() &&
        work_->input.message().ends_with('\n')) {
      empty_lines_ = work_->parser.empty_lines();
      work_->input.clear();
      work_->parser.reset(empty_lines_);
    } else if (state_ == ConnectionState::idle) {
      enter(ConnectionEvent::bytes);
    }
    switch (head) {
      case RequestParser::HeadState::complete:
        return open_request();
      case RequestParser::HeadState::refused:
        return refuse(work_->parser.refusal());
      case RequestParser::HeadState::incomplete:
        break;
    }
  }
  if (work_ && flush() != AnswerQueue::Sent::all) return stuck();
  return receive_head();
}

// The client doesn't take its answers: nothing more is read before it has.
bool Connection::stuck() {
  if (!broken_) enter(ConnectionEvent::blocked);
  return true;
}

bool Connection::receive_head() {
  const bool nothing_buffered = !work_ || work_->input.empty();
  if (!readable_) {
    if (!nothing_buffered) return wait(TimeoutKind::header);
    work_.reset();
    if (input_ended_) return end();
    if (state_ == ConnectionState::head) enter(ConnectionEvent::quiet);
    return wait_idle();
  }
  if (++rounds_ > kRoundsMax) {
    core_.schedule(*this);
    return false;
  }
  if (!work_) {
    work_ = core_.workspaces.take();
    if (empty_lines_ > 0) work_->parser.reset(empty_lines_);
  }
  const HttpLimits& limits = core_.limits;
  const std::span<char> space =
      work_->input.space(limits.request_line_max + limits.headers_max + ReadBuffer::kBlock);
  if (space.empty()) return refuse({431, "The request head is too large."});
  switch (receive(space)) {
    case Received::some:
      work_->input.filled(received_);
      break;
    case Received::ended:
      if (proxied_.header_due()) return end();
      if (!nothing_buffered) return refuse({400, "The request head ended early."});
      break;
    case Received::nothing:
    case Received::failed:
      break;
  }
  return true;
}

// A head is complete.
bool Connection::open_request() {
  Timeouts::stop(*this);
  ++requests_;
  Workspace& work = *work_;
  work.input.pin_head(work.parser.head_size());
  const RequestHead& head = work.parser.head();
  const bool all_there =
      head.framing == BodyFraming::none ||
      (head.framing == BodyFraming::length && head.content_length <= work.input.unread().size());
  if (!all_there && work.input.reserve_behind_head(kBodySpace)) {
    work.parser.rebase(work.input.message());
  }
  ServedExchange& exchange = work.exchange;
  exchange.open(*this);
  if (exchange.incoming().refused()) return refuse(exchange.incoming().refusal());
  if (core_.overloaded()) return refuse({503, "Too many requests are being served."});
  if (exchange.plan().body != BodyMode::buffered || exchange.incoming().complete()) {
    enter(ConnectionEvent::handler_due);
    return begin_serving();
  }
  enter(ConnectionEvent::body_awaited);
  return true;
}

bool Connection::begin_serving() {
  if (core_.overloaded()) return refuse({503, "Too many requests are being served."});
  if (auto started = work_->exchange.start(); !started) {
    return refuse({503, "Too many requests are being served."});
  }
  if (core_.drain.finishing() && work_->exchange.plan().endless) {
    work_->exchange.cancel(CancelReason::drain);  // Too late for on_drain().
  }
  return true;
}

bool Connection::read_body() {
  ServedExchange& exchange = work_->exchange;
  RequestBody& body = exchange.incoming();
  for (std::string_view piece = body.next(); !piece.empty(); piece = body.next()) {
    exchange.collect(piece);
  }
  if (body.refused()) return refuse(body.refusal());
  if (body.complete()) {
    enter(ConnectionEvent::handler_due);
    return begin_serving();
  }
  if (!exchange.wait_for_body()) return refuse({503, "Too many requests are being received."});
  // Earlier answers, and 100 Continue, must not wait for a body that may wait for them.
  if (exchange.owes_continue()) send_continue();
  if (flush() == AnswerQueue::Sent::failed) return true;
  if (!readable_ && !input_ended_) {
    body.wait_began(core_.loop.now());
    return wait(TimeoutKind::body);
  }
  if (++rounds_ > kRoundsMax) {
    core_.schedule(*this);
    return false;
  }
  if (receive_body() == Received::ended) return refuse({400, "The request body ended early."});
  return true;
}

bool Connection::discard_body() {
  if (flush() == AnswerQueue::Sent::failed) return true;
  RequestBody& body = work_->exchange.incoming();
  while (!body.next().empty()) {
  }
  if (body.complete()) return next_message(ConnectionEvent::body_gone);
  if (body.refused() || thrown_away_ > RequestBody::kDiscardMax) {
    enter(ConnectionEvent::last_answer);  // It has been answered: not a second time.
    return true;
  }
  if (!readable_ && !input_ended_) {
    return work_->output.empty() ? wait(TimeoutKind::body) : wait_for_client();
  }
  if (++rounds_ > kRoundsMax) {
    core_.schedule(*this);
    return false;
  }
  const Received received = receive_body();
  if (received == Received::some) thrown_away_ += received_;
  return received == Received::ended ? end() : true;
}

bool Connection::next_message(ConnectionEvent event) {
  work_->exchange.close();
  work_->parser.reset();
  empty_lines_ = 0;
  work_->input.unpin();
  enter(event);
  return true;
}

}  // namespace svc
