// failure.h — why an exchange with an upstream gave no answer, and what may be concluded from it.
//
// Why more than an Error: whether a request may be sent again depends on how far it came. An
// upstream that never saw a byte has not acted on it; one that was given the request and fell
// silent may have (RFC 9110 9.2.2). The four facts below are what a rule for retries needs.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "core/base/api.h"

namespace svc {

struct SVC_API ClientFailure {
  enum class Kind : uint8_t {
    bad_request,         // The request can't be sent as it is: the caller's mistake.
    resolve,             // The name has no address, or no server says.
    timeout_resolve,     //
    connect,             // Refused, unreachable, no such socket.
    timeout_connect,     //
    tls,                 // No secure connection.
    timeout_queue,       // All connections that the origin may have were busy.
    resources,           // This host's: descriptors, ports, memory for buffers.
    timeout_first_byte,  // Sent, and no whole head of an answer came.
    timeout_gap,         // Silence inside a body.
    timeout_total,       // The exchange took longer than it may.
    reset,               // The connection was broken off.
    closed_early,        // It ended before the answer did.
    protocol,            // What came is not HTTP/1.x, or can be read in two ways.
    too_large,           // The answer exceeds a bound: head, 1xx, content, swelling.
    body_source,         // The request's own body could not be read to its end.
    cancelled,           // Only where Cancelled can't be thrown (fiber.h).
  };

  Kind kind = Kind::protocol;
  bool reached = false;     // Some byte of the request was given to the kernel.
  bool reused = false;      // On a connection that had served before: it may just have been closed.
  bool answered = false;    // Some byte of an answer came.
  bool body_taken = false;  // Bytes of a streamed body are used up: it can't be sent again.
  std::string
      text{};  // "POST http://prices:8080/x: no answer within 300 ms": one line, no full stop.

  bool is_timeout() const noexcept;
};

// "timeout_first_byte": for logs, metrics and tests.
SVC_API std::string_view client_failure_name(ClientFailure::Kind kind) noexcept;

template <class T = void>
using ClientResult = std::expected<T, ClientFailure>;

}  // namespace svc
