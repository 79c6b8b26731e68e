// connection_answer.cc — from a handler to bytes that the client has taken.
#include <linux/tcp.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/http/connection.h"
#include "core/http/server_core.h"

namespace svc {

// State serving: the handler's fiber is suspended or has ended.
bool Connection::serve() {
  ServedExchange& exchange = work_->exchange;
  if (exchange.finished()) return after_answer();
  if (flush() == AnswerQueue::Sent::failed) return true;
  const bool input = readable_ || input_ended_;
  const bool room = work_->output.size() <= ServedExchange::kLowWater;
  if ((exchange.waits() == ServedExchange::Waits::input && input) ||
      (exchange.waits() == ServedExchange::Waits::room && room)) {
    exchange.go_on();
    return true;
  }
  exchange.watch_time();
  if (!work_->output.empty()) return wait_for_client();
  if (exchange.waits() == ServedExchange::Waits::input) return wait(TimeoutKind::body);
  Timeouts::stop(*this);
  return false;
}

bool Connection::after_answer() {
  ServedExchange& exchange = work_->exchange;
  const Answer& answer = exchange.answer();
  if (exchange.must_cut() || answer.stage() != Answer::Stage::complete) return cut_off();
  core_.request_over(exchange.over(answer.status(), true, work_->output));
  if (answer.keeps()) {
    RequestBody& body = exchange.incoming();
    while (!body.next().empty()) {  // What has come already costs nothing.
    }
    if (body.complete()) return next_message(ConnectionEvent::answered);
    if (body.worth_discarding()) {
      thrown_away_ = 0;
      enter(ConnectionEvent::body_left);
      return true;
    }
  }
  enter(ConnectionEvent::last_answer);
  return true;
}

bool Connection::refuse(const Refusal& refusal) {
  log::debug("refused with {}: {}", refusal.status, refusal.detail);
  if (!work_->exchange.opened()) {
    RequestHead head;
    if (work_->parser.asks_for_head(work_->input.message())) head.method = Method::head;
    EndedRequest ended{.bytes_in = work_->input.message().size(), .began = core_.loop.now()};
    ended.bytes_out = refuse_instead_of(head, refusal);
    ended.status = refusal.status;
    ended.complete = true;
    ended.peer = &proxied_.connected(peer_);
    core_.request_over(ended);
    return true;
  }
  work_->exchange.refuse(core_.refusal(refusal.status, refusal.detail));
  core_.request_over(work_->exchange.over(refusal.status, true, work_->output));
  enter(ConnectionEvent::last_answer);
  return true;
}

// Without an exchange: the head never came to be one, or its exchange goes its own way. Returns the
// size of the answer.
uint64_t Connection::refuse_instead_of(const RequestHead& head, const Refusal& refusal) {
  Refused refused = core_.refusal(refusal.status, refusal.detail);
  const uint64_t before = work_->output.appended();
  Answer answer;
  answer.open(head, work_->output);
  answer.respond(refused.head, std::move(refused.body), false, core_.date());
  enter(ConnectionEvent::last_answer);
  return work_->output.appended() - before;
}

// The handler is to end now. If it can't (it awaits a pool thread), the connection goes on without
// it: its own answer if that is complete, a refusal if it has none, a cut if it has half of one.
void Connection::answer_for_handler(CancelReason reason, std::string_view detail) {
  ServedExchange& exchange = work_->exchange;
  exchange.cancel(reason);
  if (exchange.finished()) return;
  const Answer::Stage stage = exchange.answer().stage();
  if (stage == Answer::Stage::begun) {
    cut_off();
    return;
  }
  RequestHead head;  // Without views: only what the shape of an answer depends on.
  head.method = exchange.head().method;
  head.version_minor = exchange.head().version_minor;
  int status = exchange.answer().status();

  WorkspaceLease parked = std::exchange(work_, core_.workspaces.take());
  std::swap(work_->output, parked->output);
  if (stage == Answer::Stage::none) {
    status = 503;
    refuse_instead_of(head, {status, detail});
  } else {
    enter(ConnectionEvent::last_answer);
  }
  core_.request_over(exchange.over(status, true, work_->output));
  exchange.detach(std::move(parked), reason);
}

AnswerQueue::Sent Connection::flush() {
  AnswerQueue& output = work_->output;
  if (output.empty()) return AnswerQueue::Sent::all;
  const uint64_t before = output.sent();
  AnswerQueue::Sent sent = output.send(socket_.get());
  core_.slot.bytes_out.add(output.sent() - before);
  if (sent == AnswerQueue::Sent::failed && errno == ENODATA) {
    log::warn("a file has become shorter while it was sent: the connection is cut");
  }
  if (sent == AnswerQueue::Sent::blocked && !writable_watched_) {
    // From now on for good: a client that was slow once may be so again.
    writable_watched_ = true;
    if (!core_.loop.rewatch(socket_.get(), kWatched | EPOLLOUT, *this)) {
      sent = AnswerQueue::Sent::failed;
    }
  }
  if (sent == AnswerQueue::Sent::more) core_.schedule(*this);
  if (sent == AnswerQueue::Sent::failed) broken_ = true;
  return sent;
}

bool Connection::flush_now() { return flush() != AnswerQueue::Sent::failed; }

bool Connection::send_continue() {
  work_->output.tail() += kContinue;
  core_.count_interim();
  return flush_now();
}

// State sending.
bool Connection::send_rest() {
  switch (flush()) {
    case AnswerQueue::Sent::all:
      enter(ConnectionEvent::unblocked);
      return true;
    case AnswerQueue::Sent::blocked:
    case AnswerQueue::Sent::more:
      return wait_for_client();
    case AnswerQueue::Sent::failed:
      return true;
  }
  return true;
}

bool Connection::wait_for_client() {
  if (!send_watched_) {
    send_watched_ = true;
    taken_mark_ = taken_by_client();
  }
  return wait(TimeoutKind::send);
}

// Whether it took its share while send_timeout passed. Asked once in that time, so that neither a
// client that takes nothing nor one that takes a byte now and then holds an answer for ever.
bool Connection::client_takes_enough() {
  const HttpLimits& limits = core_.limits;
  const double seconds = std::chrono::duration<double>(limits.send_timeout).count();
  const auto share = static_cast<uint64_t>(seconds * static_cast<double>(limits.body_min_rate));
  const uint64_t taken = taken_by_client();
  if (taken < taken_mark_ + std::max<uint64_t>(share, 1)) return false;
  taken_mark_ = taken;
  return true;
}

// What the client's kernel has acknowledged. Not what ours has taken: a large send buffer takes all
// at once and then nothing for minutes, from a client that reads steadily.
uint64_t Connection::taken_by_client() const noexcept {
  tcp_info info{};
  socklen_t length = sizeof info;
  if (peer_.is_unix() ||
      sys::getsockopt(socket_.get(), IPPROTO_TCP, TCP_INFO, &info, &length) != 0) {
    return work_->output.sent();
  }
  return info.tcpi_bytes_acked;
}

}  // namespace svc
