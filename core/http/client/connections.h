// connections.h — all client connections of one worker: the door through which requests go out.
//
//   policy (retries, breaker, balancing; core/sdk) ──► exchange() / open()
//                                                        │ permit of the origin, FIFO
//                                        idle connection ┤
//                                                        └ resolve ─► connect ─► (TLS)
//                                              send ⇄ receive ─► parse ─► decode
//
// Why one per worker: connections are kept and used again, names are looked up once, and both have
// bounds that hold for the worker as a whole.
//
// One attempt is one call: nothing is retried here, not even on a pooled connection that turns out
// to be closed (ClientFailure says what is needed to decide that). Connections that the upstream
// has closed, or sent something on, while they were idle are seen by the loop and dropped.
//
// Threads: the loop's; exchange() and open() in fibers. From pool threads: OffloadPool::on_loop.
// Made in the worker, after fork(2). Clock: the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/base/api.h"
#include "core/http/client/exchange.h"
#include "core/http/client/failure.h"
#include "core/http/client/limits.h"
#include "core/http/client/origin.h"
#include "core/http/client/pool_limits.h"
#include "core/http/client/request.h"
#include "core/http/client/resolver.h"
#include "core/http/client/response.h"
#include "core/loop/event_loop.h"

namespace svc {

class ClientTransport;
struct ClientCore;

class SVC_API ClientConnections {
 public:
  struct Options {
    ClientPoolLimits pool;
    ResolverOptions resolver;
    // Who makes a secure stream of a connected socket; nullptr: "https" fails with Kind::tls.
    ClientTransport* tls = nullptr;
  };

  // REQUIRES: the loop outlives it; exchanges end before it does.
  explicit ClientConnections(EventLoop& loop);
  ClientConnections(EventLoop& loop, Options options);
  ~ClientConnections();
  ClientConnections(const ClientConnections&) = delete;
  ClientConnections& operator=(const ClientConnections&) = delete;

  // Sends `request` and collects the answer's body. Whatever the status: a 503 is an answer.
  // Throws Cancelled and nothing else.
  ClientResult<ClientResponse> exchange(const Origin& origin, const ClientRequest& request,
                                        const ClientLimits& limits);
  // The same up to the end of the answer's head. `request` outlives the ClientExchange.
  ClientResult<ClientExchange> open(const Origin& origin, const ClientRequest& request,
                                    const ClientLimits& limits);

  struct Counts {
    size_t idle = 0;
    size_t busy = 0;        // Connections that an exchange has, or is making.
    size_t waiting = 0;     // Callers in line.
    uint64_t opened = 0;    // Connections made since the beginning.
    uint64_t reused = 0;    // Exchanges on a connection that had served before.
    uint64_t resolved = 0;  // Questions put to DNS.
  };
  Counts counts() const noexcept;
  size_t busy(const Origin& origin) const noexcept;  // Of one origin: for balancing.
  void close_idle() noexcept;                        // Before a drain, and in tests.

 private:
  std::unique_ptr<ClientCore> core_;
};

}  // namespace svc
