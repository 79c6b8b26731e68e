// server.h — a worker's HTTP/1.1 server: accepts, reads, lets the application answer, writes.
//
// Process and thread: the worker's loop. Made after fork(2).
// Life: add_listener() …, serve; drain() at the end (its phases: drain.h).
//
// The way of a request: acceptor.h takes the connection, connection.h reads, exchange.h runs the
// handler in a fiber, answer.h frames what it says, connection.h sends it.
// A fiber that serves a request has that Exchange as its label (`const Exchange*`), and so have the
// fibers that it starts and the jobs that it offloads: Fiber::label() tells what they run for.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/base/result.h"
#include "core/board/board.h"
#include "core/http/application.h"
#include "core/http/forwarded.h"
#include "core/http/limits.h"
#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"
#include "core/net/listener.h"

namespace svc {

class RequestObserver;
class ServerCore;
class SlowObserver;

class SVC_API HttpServer {
 public:
  struct Parts {
    EventLoop& loop;
    Fibers& fibers;
    Application& application;
    WorkerSlot& slot;  // Counters and "what runs" are written here.
    HttpLimits limits;
    ProxyRules proxy = {};  // Nobody is trusted.
    // Called once, from the loop, after so many answers; 0: never.
    uint64_t answers_until_worn = 0;
    std::function<void()> on_worn = {};
    RequestObserver* observer = nullptr;  // Told of each request that is over.
    SlowObserver* slow_observer = nullptr;
    // Where its routes are counted, under the service's name; empty: nowhere.
    std::span<RouteSlot> rows = {};
    std::string_view service = {};
  };
  explicit HttpServer(Parts parts);
  ~HttpServer();  // REQUIRES: no fiber of it lives.
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Accepts on `socket` from now on; the descriptor stays its owner's. Errors: epoll_ctl(2).
  Result<> add_listener(const AcceptSocket& socket);
  // No longer; REQUIRES: still open.
  void remove_listener(int descriptor) noexcept;
  // What waits in shared sockets is taken even if another process was woken for it.
  void rearm_listeners();
  // Takes over a connection that something else accepted.
  void adopt(Fd connection);
  // Takes over the connections that siblings give away through a pair (hand_over.h), once: from now
  // until drain(). Errors: epoll_ctl(2).
  Result<> receive_from(int in);
  // From drain() on, connections that wait for a request go through a pair to siblings instead of
  // being ended; -1: no longer. The descriptor stays its owner's.
  void hand_over_to(int out);

  // Stops accepting, ends idle connections, lets the rest finish; `on_drained` is called once, from
  // the loop, when the last connection and the last handler have gone, and may destroy this. At
  // `deadline` what is left is cancelled, answered with 503 and cut; handlers that can't be
  // interrupted are waited for no longer then (in_flight() says whether there are any: leave with
  // _exit(2), for this may not be destroyed under them).
  // `on_closed`: no listener is watched any more, so that their descriptors may be closed. Again:
  // only an earlier deadline matters then.
  void drain(Instant deadline, std::function<void()> on_drained,
             std::function<void()> on_closed = {});

  // Requests for that route (its index in Application::routes()) get 503 from now on, or no longer.
  void quarantine(uint32_t route, bool on);

  size_t connections() const noexcept;
  size_t in_flight() const noexcept;
  // The request that has the loop's thread at this moment, for stall reports and last words;
  // async-signal-safe. nullptr when none.
  const Exchange* running() const noexcept;

 private:
  std::unique_ptr<ServerCore> core_;
};

}  // namespace svc
