// connection_close.cc — how connections end: politely, or so that the client sees a cut.
#include <utility>

#include "core/base/sys.h"
#include "core/http/connection.h"
#include "core/http/server_core.h"

namespace svc {

// State closing.
bool Connection::send_last() {
  switch (flush()) {
    case AnswerQueue::Sent::failed:
      return true;
    case AnswerQueue::Sent::blocked:
    case AnswerQueue::Sent::more:
      // A client that sends all of its body before it reads an answer must get to that point.
      throw_away();
      return broken_ ? true : wait_for_client();
    case AnswerQueue::Sent::all:
      break;
  }
  const bool done = input_ended_ || nothing_follows();
  work_.reset();
  if (done || sys::shutdown(socket_.get(), SHUT_WR) != 0) return end();
  thrown_away_ = 0;
  linger_until_ = core_.loop.now() + kLingerTotal;
  enter(ConnectionEvent::all_sent);
  return true;
}

// The client itself has asked for the end, sends nothing after that (RFC 9112 9.6), and all that it
// has sent was read: closing at once can't reset what it is still to read.
bool Connection::nothing_follows() noexcept {
  ServedExchange& exchange = work_->exchange;
  return exchange.opened() && !exchange.head().keep_alive && exchange.incoming().complete() &&
         work_->input.unread().empty() && !readable_;
}

bool Connection::linger() {
  const uint64_t before = thrown_away_;
  const bool open = throw_away();
  if (!open || thrown_away_ > kLingerBytesMax || core_.loop.now() >= linger_until_) return end();
  if (thrown_away_ != before) Timeouts::stop(*this);
  return wait(TimeoutKind::linger);
}

// False: the client has ended, or the connection.
bool Connection::throw_away() {
  while (readable_) {
    if (++rounds_ > kRoundsMax) {
      core_.schedule(*this);
      return true;
    }
    const Received received = receive(core_.scratch());
    if (received == Received::ended || received == Received::failed) return false;
    if (received == Received::some) thrown_away_ += received_;
  }
  return !input_ended_;
}

// What the client did not get counts as failed, whoever's fault it is.
bool Connection::end() {
  const bool pending = work_ && !work_->output.empty();
  if (state_ == ConnectionState::body || state_ == ConnectionState::serving) {
    const Answer& answer = work_->exchange.answer();
    const bool all = answer.stage() == Answer::Stage::complete && !pending;
    core_.request_over(work_->exchange.over(answer.status(), all, work_->output));
  } else if (pending) {
    core_.slot.requests_failed.add();
  }
  abandon();
  enter(ConnectionEvent::ended);
  ListHook<ReadyConnection>::unlink();
  core_.loop.closing(socket_.get(), *this);
  socket_.reset();
  return true;
}

// To a sibling, which answers what the client sends next on the same connection.
bool Connection::hand_over() {
  if (!core_.hand_over.may_give_now() || broken_ || input_ended_) return false;
  if (work_ && !work_->output.empty()) return false;
  const std::string_view bytes = work_ ? work_->input.unread() : std::string_view();
  if (bytes.size() > HandOver::kBytesMax) return false;
  core_.loop.unwatch(socket_.get(), *this);
  if (!core_.hand_over.give(socket_.get(), requests_, proxied_.told(), bytes)) {
    // As edges count from here on, one that has been seen already is seen again.
    const uint32_t wanted = writable_watched_ ? kWatched | EPOLLOUT : kWatched;
    if (!core_.loop.watch(socket_.get(), wanted, *this)) broken_ = true;
    return false;
  }
  work_.reset();
  enter(ConnectionEvent::ended);
  ListHook<ReadyConnection>::unlink();
  socket_.reset();
  return true;
}

// Lets go of the workspace, and of a handler that still runs.
void Connection::abandon() {
  if (work_ && work_->exchange.running()) {
    ServedExchange& exchange = work_->exchange;
    exchange.detach(std::move(work_), CancelReason::client_gone);
  }
  work_.reset();
}

// With a reset: where only the end of the connection marks the end of a body (HTTP/1.0), an orderly
// end would make half an answer look whole.
bool Connection::cut_off() {
  const struct linger hard { .l_onoff = 1, .l_linger = 0 };
  sys::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  return end();
}

void Connection::cut() {
  if (state_ != ConnectionState::closed) cut_off();
  run();
}

}  // namespace svc
