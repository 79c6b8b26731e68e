// perform.h — sends a call: attempts, waits, hedges and redirects, as the upstream's options say.
//
//   deadline ─► breaker ─► address ─► politeness ─► attempt ─► judge ─► retry? ─► redirect? ─►
//   answer
//
// What is decided stands in the pure pieces beside this file; here is the order in which they are
// asked, and the waiting.
//
// Thread: the loop's, in a fiber.
#pragma once

#include <string>

#include "core/sdk/client/call_state.h"

namespace svc {

enum class CallMode : uint8_t {
  collected,  // The answer's body is part of the attempt: one that breaks off may be tried again.
  streamed,   // The attempt ends with the answer's head.
};

// Throws UpstreamError, Cancelled, std::invalid_argument for a request that can't be sent, and what
// the source of a body throws.
detail::AnswerState perform_call(detail::CallState& call, CallMode mode);

[[noreturn]] void throw_failure(const std::string& upstream, const ClientFailure& failure);

}  // namespace svc
