// exchange_run.cc — the handler's fiber from its first to its last step: the one place where what a
// service throws is caught.
#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/http/answer_queue.h"
#include "core/http/connection.h"
#include "core/http/exchange.h"
#include "core/http/server_core.h"
#include "core/http/spoken_id.h"

namespace svc {
namespace {

// Somebody has to look at it first.
constexpr std::string_view kQuarantineRetry = "60";

}  // namespace

ServedExchange::ServedExchange(ServerCore& core, RequestParser& parser, ReadBuffer& input,
                               AnswerQueue& output)
    : core_(core),
      parser_(parser),
      head_(parser.head()),
      input_(input),
      output_(output),
      watch_timer_([this] { on_watch(); }) {}

ServedExchange::~ServedExchange() { SVC_CHECK(fiber_ == nullptr); }

void ServedExchange::open(Connection& connection) {
  connection_ = &connection;
  peer_ = connection.peer();
  if (connection.proxied().trusted()) [[unlikely]]
    look_behind(connection.proxied());
  id_ = core_.next_id();
  began_ = core_.loop.now();
  output_mark_ = output_.appended();
  answer_.open(head_, output_);
  body_.open(parser_, input_);
  plan_ = &core_.application.plan(head_);
  continue_owed_ = head_.expect_continue;
  if (plan_->body != BodyMode::ignored) {
    body_.limit(plan_->body_max != 0 ? plan_->body_max : core_.limits.body_max);
  }
}

void ServedExchange::look_behind(const Proxied& proxied) noexcept {
  ClientView view = proxied.view(core_.proxy, head_, peer_);
  if (view.origin.host.empty()) view.origin.host = head_.authority;
  seen_ = {peer_, view.origin};
  peer_ = view.peer;
}

EndedRequest ServedExchange::over(int status, bool complete,
                                  const AnswerQueue& output) const noexcept {
  return {.head = &head_,
          .route = plan_->route,
          .status = status,
          .complete = complete,
          .bytes_in = parser_.head_size() + body_.consumed(),
          .bytes_out = output.appended() - output_mark_,
          .id = id_,
          .trace = trace_.get(),
          .peer = &peer_,
          .began = began_};
}

void ServedExchange::close() noexcept {
  SVC_CHECK(fiber_ == nullptr);
  watch_timer_.disarm();
  connection_ = nullptr;
  deadline_ = kNever;
  seen_.reset();
  stop_collecting();
  drop_body();
  fields_.clear();
  trace_.clear();
  turn_share_ = 0;
  finished_ = must_cut_ = continue_owed_ = false;
}

void ServedExchange::collect(std::string_view piece) {
  if (collected_.empty() && body_.complete()) {
    whole_body_ = piece;  // All in one piece, which stays where it is until we read again.
  } else {
    // Room for all at once, rather than by doubling, which asks for more than is kept (kKeptBody).
    if (collected_.empty()) collected_.reserve(std::min<uint64_t>(head_.content_length, kKeptBody));
    collected_ += piece;
  }
}

bool ServedExchange::wait_for_body() noexcept {
  if (collecting_) return true;
  if (core_.collects_enough()) return false;
  collecting_ = true;
  core_.collecting_began();
  return true;
}

void ServedExchange::stop_collecting() noexcept {
  if (std::exchange(collecting_, false)) core_.collecting_ended();
}

// Once nobody reads it: its answer may still wait for the client for long.
void ServedExchange::drop_body() noexcept {
  whole_body_ = {};
  collected_.clear();
  if (collected_.capacity() > kKeptBody) std::string().swap(collected_);
}

Result<> ServedExchange::start() {
  stop_collecting();
  const auto allowed = plan_->deadline.value_or(core_.limits.request_timeout);
  started_ = core_.loop.now();
  deadline_ = allowed > allowed.zero() ? started_ + allowed : kNever;
  const auto slow = core_.limits.slow_request;
  slow_at_ = slow > slow.zero() ? started_ + slow : Instant{};
  end_told_ = false;
  SVC_TRY_VOID(core_.fibers.spawn([this] { run(); }));
  return {};
}

void ServedExchange::refuse(Refused&& refused) {
  stop_collecting();
  drop_body();
  complete(refused.head);
  answer_.respond(refused.head, std::move(refused.body), false, core_.date());
}

void ServedExchange::go_on() {
  SVC_CHECK(waiter_ != nullptr);
  waits_ = Waits::nothing;
  waiter_->resume();
}

void ServedExchange::cancel(CancelReason reason) {
  if (fiber_ != nullptr) fiber_->cancel(reason);
}

void ServedExchange::detach(WorkspaceLease own, CancelReason reason) {
  SVC_CHECK(fiber_ != nullptr);
  connection_ = nullptr;
  watch_timer_.disarm();
  own_ = std::move(own);
  fiber_->cancel(reason);  // May have been the end of this object.
}

void ServedExchange::run() {
  Fiber& fiber = *Fiber::current();
  fiber_ = &fiber;
  fiber.set_label(Stretches::label(*this));
  fiber.set_deadline(deadline_);
  core_.stretches.began(*this);
  core_.request_began(plan_->route);

  serve();

  core_.request_ended(plan_->route);
  core_.stretches.ended();
  fiber.set_label(nullptr);
  fiber_ = nullptr;
  finished_ = true;
  drop_body();
  watch_timer_.disarm();
  if (connection_ != nullptr) {
    connection_->touch();
    return;
  }
  const WorkspaceLease own = std::move(own_);  // The end of a detached exchange: `this` is gone.
}

void ServedExchange::serve() {
  if (core_.is_quarantined(plan_->route)) {
    return respond_refusal(503, "This part of the service is out of order.", kQuarantineRetry);
  }
  try {
    core_.application.serve(*this);
    conclude();
  } catch (const Cancelled& cancelled) {
    answer_cancelled(cancelled.reason);
  } catch (const std::exception& error) {
    answer_failed(error.what());
  } catch (...) {
    answer_failed("an exception that is no std::exception");
  }
}

// The handler has returned.
void ServedExchange::conclude() {
  switch (answer_.stage()) {
    case Answer::Stage::complete:
      return;
    case Answer::Stage::begun:
      if (!must_cut_ && !answer_.finish({})) {
        cut("the handler wrote less than the length it had announced");
      }
      return;
    case Answer::Stage::none:
      // A streamed body that failed has its own status, if the handler leaves it to us.
      if (body_.refused()) {
        respond_refusal(body_.refusal().status, body_.refusal().detail);
      } else {
        answer_failed("the handler returned without an answer");
      }
  }
}

void ServedExchange::answer_cancelled(CancelReason reason) {
  if (connection_ == nullptr) return;
  if (reason == CancelReason::deadline) {
    log::warn("{} did not end before its deadline (request {})",
              route_name(core_.application, *this), spoken_id(*this));
  }
  switch (answer_.stage()) {
    case Answer::Stage::complete:
      return;
    case Answer::Stage::begun:
      must_cut_ = true;
      return;
    case Answer::Stage::none:
      if (reason == CancelReason::deadline) {
        respond_refusal(503, "The request took too long.");
      } else if (reason == CancelReason::drain) {
        respond_refusal(503, "The server is shutting down.");
      } else if (reason == CancelReason::client_gone) {
        must_cut_ = true;
      } else {
        answer_failed("a cancellation that was meant for a part of it");
      }
  }
}

void ServedExchange::answer_failed(std::string_view what) {
  if (must_cut_) return;  // Logged by who decided that.
  log::error("{} failed: {} (request {})", route_name(core_.application, *this), what,
             spoken_id(*this));
  if (answer_.stage() == Answer::Stage::none) {
    respond_refusal(500, "The server failed to answer this request.");
  } else if (answer_.stage() == Answer::Stage::begun) {
    must_cut_ = true;
  }
}

void ServedExchange::respond_refusal(int status, std::string_view detail,
                                     std::string_view retry_after) {
  Refused refused = core_.refusal(status, detail, retry_after);
  complete(refused.head);
  answer_.respond(refused.head, std::move(refused.body), may_keep(false), core_.date());
}

void ServedExchange::cut(std::string_view why) {
  must_cut_ = true;
  log::error("{}: {}; its connection is cut (request {})", route_name(core_.application, *this),
             why, spoken_id(*this));
}

}  // namespace svc
