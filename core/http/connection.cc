#include "core/http/connection.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/check.h"
#include "core/http/server_core.h"

namespace svc {
Connection::Connection(ServerCore& core, Fd socket, const Address& peer)
    : core_(core), socket_(std::move(socket)), peer_(peer), proxied_(core.proxy, peer) {
  core_.slot.connections_idle.add();
}

Connection::~Connection() {
  if (state_ == ConnectionState::idle) core_.slot.connections_idle.subtract();
  if (socket_) core_.loop.unwatch(socket_.get(), *this);
}

void Connection::continue_from(uint64_t requests, const ProxyTold* told, std::string_view bytes) {
  requests_ = requests;
  if (told != nullptr) proxied_.take(core_.proxy, *told);
  if (requests > 0) proxied_.began_elsewhere();
  if (bytes.empty()) return;
  work_ = core_.workspaces.take();
  while (!bytes.empty()) {
    const std::span<char> space = work_->input.space(HandOver::kBytesMax + ReadBuffer::kBlock);
    const size_t size = std::min(space.size(), bytes.size());
    SVC_CHECK(size > 0);
    std::memcpy(space.data(), bytes.data(), size);
    work_->input.filled(size);
    bytes.remove_prefix(size);
  }
  core_.schedule(*this);
}

Result<> Connection::start() {
  SVC_TRY_VOID(core_.loop.watch(socket_.get(), kWatched, *this));
  wait_idle();
  return {};
}

void Connection::on_ready(uint32_t events) {
  if (events & EPOLLRDHUP) end_announced_ = true;
  if (events & (EPOLLIN | EPOLLRDHUP)) readable_ = true;
  if (events & (EPOLLHUP | EPOLLERR)) broken_ = true;
  run();
}

void Connection::run() {
  SVC_CHECK(!running_);
  running_ = true;
  rounds_ = 0;
  while (step()) {
  }
  running_ = false;
  if (state_ == ConnectionState::closed) core_.forget(*this);
}

void Connection::touch() {
  if (!running_) core_.schedule(*this);
}

bool Connection::step() {
  if (broken_ && state_ != ConnectionState::closed) return end();
  switch (state_) {
    case ConnectionState::idle:
    case ConnectionState::head:
      return read_head();
    case ConnectionState::body:
      return read_body();
    case ConnectionState::serving:
      return serve();
    case ConnectionState::sending:
      return send_rest();
    case ConnectionState::discarding:
      return discard_body();
    case ConnectionState::closing:
      return send_last();
    case ConnectionState::lingering:
      return linger();
    case ConnectionState::closed:
      return false;
  }
  return false;
}

void Connection::enter(ConnectionEvent event) {
  const ConnectionState from = std::exchange(state_, next_state(state_, event));
  if (from == ConnectionState::idle) core_.slot.connections_idle.subtract();
  if (state_ == ConnectionState::idle) core_.slot.connections_idle.add();
  Timeouts::stop(*this);  // Each state waits for its own reasons.
  send_watched_ = false;
}

bool Connection::wait(TimeoutKind kind) {
  core_.timeouts.ensure(*this, kind);
  return false;
}

bool Connection::wait_idle() {
  if (core_.drain.finishing()) return wait(TimeoutKind::drain);
  // Without keep-alive a client still has some time for its first request.
  const bool none = core_.limits.keepalive_timeout <= core_.limits.keepalive_timeout.zero();
  return wait(none ? TimeoutKind::header : TimeoutKind::keepalive);
}

void Connection::on_timeout() {
  switch (waits_for) {
    case TimeoutKind::keepalive:
    case TimeoutKind::drain:
    case TimeoutKind::linger:
      end();
      break;
    case TimeoutKind::header:
      if (state_ == ConnectionState::idle || proxied_.header_due()) {
        end();
        break;
      }
      refuse({408, "The request head did not arrive in time."});
      break;
    case TimeoutKind::body:
      if (state_ == ConnectionState::discarding) {
        enter(ConnectionEvent::last_answer);
        break;
      }
      work_->exchange.incoming().refuse(408, "The request body did not arrive in time.");
      if (work_->exchange.waits() == ServedExchange::Waits::input) work_->exchange.go_on();
      break;
    case TimeoutKind::send:
      if (!client_takes_enough()) return cut();
      break;
  }
  run();
}

bool Connection::may_be_kept() const noexcept {
  const HttpLimits& limits = core_.limits;
  return requests_ < limits.keepalive_requests && !core_.drain.ends_connections() && !broken_ &&
         limits.keepalive_timeout > limits.keepalive_timeout.zero();
}

void Connection::on_drain() {
  if (state_ == ConnectionState::serving && work_->exchange.plan().endless) {
    work_->exchange.cancel(CancelReason::drain);
    return run();
  }
  if (state_ != ConnectionState::idle && state_ != ConnectionState::head) return;
  if (hand_over()) return run();
  if (state_ == ConnectionState::idle) wait(TimeoutKind::drain);
}

void Connection::on_drain_deadline() {
  switch (state_) {
    case ConnectionState::idle:
    case ConnectionState::head:
      end();
      break;
    case ConnectionState::body:
      refuse({503, "The server is shutting down."});
      break;
    case ConnectionState::serving:
      answer_for_handler(CancelReason::drain, "The server is shutting down.");
      break;
    case ConnectionState::sending:
    case ConnectionState::discarding:
    case ConnectionState::closing:
    case ConnectionState::lingering:
    case ConnectionState::closed:
      return;  // These have until the cut.
  }
  run();
}

void Connection::on_deadline() {
  answer_for_handler(CancelReason::deadline, "The request took too long.");
  run();
}

}  // namespace svc
