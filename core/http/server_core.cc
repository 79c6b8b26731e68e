#include "core/http/server_core.h"

#include <fcntl.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/base/sys.h"

namespace svc {
namespace {

void on_timeout(TimeoutEntry& entry) { static_cast<Connection&>(entry).on_timeout(); }

}  // namespace

ServerCore::ServerCore(HttpServer::Parts parts)
    : loop(parts.loop),
      fibers(parts.fibers),
      application(parts.application),
      slot(parts.slot),
      limits(parts.limits),
      proxy(std::move(parts.proxy)),
      slow_observer(parts.slow_observer),
      stretches(fibers, slot, application),
      timeouts(loop, limits, &on_timeout),
      workspaces(*this),
      acceptors(*this),
      hand_over(*this),
      drain(*this),
      answers_until_worn_(parts.answers_until_worn),
      on_worn_(std::move(parts.on_worn)),
      observer_(parts.observer),
      routes_(parts.slot, parts.rows, parts.service, parts.application.routes()),
      last_id_(thread_random()()),
      ready_timer_([this] { run_ready(); }) {}

ServerCore::~ServerCore() {
  SVC_CHECK(in_flight_ == 0);
  acceptors.close();
  while (Connection* connection = all_.front()) {
    --connections_;
    delete connection;
  }
  SVC_CHECK(collecting_ == 0);
}

// The clock on the wall is looked at once a turn.
std::string_view ServerCore::date() noexcept {
  if (date_turn_ != loop.now()) {
    date_turn_ = loop.now();
    date_ = dates_.at(std::time(nullptr));
  }
  return date_;
}

Refused ServerCore::refusal(int status, std::string_view detail,
                            std::string_view retry_after) const {
  auto [body, type] = application.refusal(status, detail);
  Refused refused{ResponseHead(status), std::move(body)};
  if (!type.empty()) refused.head.add("Content-Type", type);
  if (status == 503) refused.head.add("Retry-After", std::string(retry_after));
  return refused;
}

void ServerCore::open(Fd socket, const Address& peer) {
  start(std::make_unique<Connection>(*this, std::move(socket), peer));
}

void ServerCore::adopt(Fd socket, uint64_t requests, const ProxyTold* told,
                       std::string_view bytes) {
  const int flags = sys::fcntl(socket.get(), F_GETFL);
  auto peer = Address::peer(socket.get());
  if (flags < 0 || sys::fcntl(socket.get(), F_SETFL, flags | O_NONBLOCK) < 0 || !peer) {
    log::warn("a connection that was handed over is closed: it is none");
    return;
  }
  auto connection = std::make_unique<Connection>(*this, std::move(socket), *peer);
  connection->continue_from(requests, told, bytes);
  start(std::move(connection));
}

void ServerCore::start(std::unique_ptr<Connection> owned) {
  Connection* const connection = owned.release();  // Its own from here on: forget().
  all_.push_back(*connection);
  slot.connections_open.set(++connections_);
  if (auto started = connection->start(); !started) {
    log::warn("a connection is closed at once: {}", started.error().text);
    connection->cut();
  }
}

void ServerCore::forget(Connection& connection) noexcept {
  delete &connection;
  slot.connections_open.set(--connections_);
  acceptors.room_may_be_left();
  drain.look();
}

void ServerCore::schedule(Connection& connection) {
  if (connection.ListHook<ReadyConnection>::linked()) return;
  ready_.push_back(connection);
  // A timer, because it disarms itself with this object; due in this turn or the next.
  if (!ready_timer_.armed()) ready_timer_.arm(loop, loop.now());
}

void ServerCore::run_ready() {
  IntrusiveList<Connection, ReadyConnection> now;  // What these schedule again comes next turn.
  now.take(ready_);
  while (Connection* connection = now.front()) {
    connection->ListHook<ReadyConnection>::unlink();
    connection->run();
  }
}

void ServerCore::request_began(uint32_t route) noexcept {
  slot.requests_in_flight.set(++in_flight_);
  routes_.handler_began(route);
}

void ServerCore::request_ended(uint32_t route) noexcept {
  slot.requests_in_flight.set(--in_flight_);
  routes_.handler_ended(route);
  drain.look();
}

void ServerCore::request_over(EndedRequest request) noexcept {
  // The handler's end, if it ended in this turn: the clock was read then.
  request.ended = std::max(loop.now(), stretches.last_end());
  routes_.request_over(request);
  if (observer_ != nullptr) observer_->request_over(request);
  if (!request.complete) return slot.requests_failed.add();
  const auto status_class = static_cast<size_t>(request.status) / 100;
  if (status_class < slot.answers.size()) slot.answers[status_class].add();
  if (answers_until_worn_ == 0 || --answers_until_worn_ > 0) return;
  loop.defer([this] { on_worn_(); });  // Perhaps we are on a handler's stack.
}

}  // namespace svc
