// exchange.h — one request and its answer under way: the answer's head is here, its body is read.
//
// Why a handle: the body may be longer than memory, and whoever reads it sets the pace: nothing is
// taken from the kernel before it is asked for, so that a slow reader slows the upstream. The
// connection is this object's until the body has ended; then it goes back to its pool, at once. An
// object that is destroyed earlier (an exception, a cancelled fiber, no interest) closes it.
//
// A request body that has not been sent to its end goes on being sent while the answer is read
// (2xx), or is broken off (a final answer of 3xx to 5xx needs no more of it, RFC 9112 9.5).
//
// Threads: the loop's; read() and collect() in the fiber that owns it (another one than the one
// that opened it is fine). From a pool thread: through OffloadPool::on_loop, each call.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/http/client/failure.h"
#include "core/http/client/response.h"

namespace svc {

class ClientRun;

class SVC_API ClientExchange {
 public:
  ClientExchange(ClientExchange&&) noexcept;
  ClientExchange& operator=(ClientExchange&&) noexcept;
  ~ClientExchange();  // Does not suspend.

  const ClientResponse& response() const noexcept;

  // The next piece of the body, decoded; empty: the end, and trailers are in response(). Valid
  // until the next call. Suspends; throws Cancelled. After a failure: the same failure again.
  ClientResult<std::string_view> read();
  // All that is left, into response().body. Errors: too_large beyond limits.body_max (as soon as
  // Content-Length says so).
  ClientResult<ClientResponse> collect() &&;
  bool ended() const noexcept;  // The body has been read to its end.

 private:
  friend class ClientConnections;
  explicit ClientExchange(std::unique_ptr<ClientRun> run) noexcept;

  std::unique_ptr<ClientRun> run_;
};

}  // namespace svc
