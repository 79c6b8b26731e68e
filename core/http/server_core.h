// server_core.h — what the connections of one worker have in common: parts, pools, counts, bounds.
//
// Thread: the worker's loop. Made after fork(2). Nothing here knows HTTP; see connection.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/acceptor.h"
#include "core/http/connection.h"
#include "core/http/drain.h"
#include "core/http/ended_request.h"
#include "core/http/forwarded.h"
#include "core/http/hand_over.h"
#include "core/http/intrusive_list.h"
#include "core/http/response_encoder.h"
#include "core/http/route_counters.h"
#include "core/http/server.h"
#include "core/http/stretches.h"
#include "core/http/timeouts.h"
#include "core/http/workspace.h"

namespace svc {

// A refusal by the server itself, in the application's words.
struct Refused {
  ResponseHead head;
  std::string body;
};

class ServerCore {
 public:
  explicit ServerCore(HttpServer::Parts parts);
  ~ServerCore();
  ServerCore(const ServerCore&) = delete;
  ServerCore& operator=(const ServerCore&) = delete;

  EventLoop& loop;
  Fibers& fibers;
  Application& application;
  WorkerSlot& slot;
  const HttpLimits limits;
  const ProxyRules proxy;
  std::optional<Instant> proxies_warned;  // When a connection without a PROXY header was told of.
  SlowObserver* const slow_observer;
  Stretches stretches;
  Timeouts timeouts;
  WorkspacePool workspaces;
  Acceptors acceptors;
  HandOver hand_over;
  Drain drain;
  std::vector<bool> quarantined;  // By route; empty: none is.

  bool is_quarantined(uint32_t route) const noexcept {
    return route < quarantined.size() && quarantined[route];
  }
  std::string_view date() noexcept;
  uint64_t next_id() noexcept { return ++last_id_; }
  // `retry_after`: seconds, said with 503 only.
  Refused refusal(int status, std::string_view detail, std::string_view retry_after = "1") const;
  // Where bytes are received that nobody will read.
  std::span<char> scratch() noexcept { return scratch_; }

  // A connection that has been accepted; closed at once if epoll_ctl(2) refuses it.
  void open(Fd socket, const Address& peer);
  // One that another worker has given away, after so many requests, with what a proxy had told it
  // (perhaps nullptr) and what it had read.
  void adopt(Fd socket, uint64_t requests, const ProxyTold* told, std::string_view bytes);
  void forget(Connection& connection) noexcept;  // It is closed: destroys it.
  void schedule(Connection& connection);         // Connection::run() soon, from the loop's stack.
  size_t connections() const noexcept { return connections_; }
  bool full() const noexcept { return connections_ >= limits.connections_max; }
  template <class Visit>
  void for_each_connection(Visit&& visit) {
    all_.for_each(visit);
  }

  bool overloaded() const noexcept { return in_flight_ >= limits.requests_max; }
  size_t in_flight() const noexcept { return in_flight_; }
  // Bodies that are being collected have a bound of their own: what they hold is memory, not a
  // fiber, and clients that send slowly must not keep others from being served.
  bool collects_enough() const noexcept { return collecting_ >= limits.requests_max; }
  size_t collecting() const noexcept { return collecting_; }
  void collecting_began() noexcept { ++collecting_; }
  void collecting_ended() noexcept { --collecting_; }
  void request_began(uint32_t route) noexcept;  // Its handler has.
  void request_ended(uint32_t route) noexcept;
  // Exactly once for each request that was answered, refused or cut: the one place for what is
  // counted, logged and traced of it. `request.ended` is filled in here.
  void request_over(EndedRequest request) noexcept;
  void count_interim() noexcept { slot.answers[1].add(); }  // 100 Continue.

 private:
  static constexpr size_t kScratch = 64 * 1024;

  void start(std::unique_ptr<Connection> connection);
  void run_ready();

  uint64_t answers_until_worn_;  // 0: never.
  std::function<void()> on_worn_;
  RequestObserver* const observer_;
  RouteCounters routes_;
  DateCache dates_;
  std::string_view date_;
  Instant date_turn_ = kNever;
  uint64_t last_id_;
  size_t connections_ = 0;
  size_t in_flight_ = 0;
  size_t collecting_ = 0;
  IntrusiveList<Connection, EveryConnection> all_;
  IntrusiveList<Connection, ReadyConnection> ready_;
  Timer ready_timer_;
  std::array<char, kScratch> scratch_;
};

}  // namespace svc
