// connection_state.h — the life of a connection as a table: states, events, what comes next.
//
//   idle ──► head ──► body ──► serving ──► head …            (one request after another)
//              │        └─────────┬──► discarding ──► head   (a body that nobody read)
//              ├► sending ──► head                           (answers that the client doesn't take)
//              └──► closing ──► lingering ──► closed         (the last answer, then our end)
//
// A pair that is not in the table is a bug of ours and ends the worker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/check.h"

namespace svc {

enum class ConnectionState : uint8_t {
  idle,        // No request: holds no buffer.
  head,        // Between requests with something buffered, or in the middle of a head.
  body,        // The head is complete; its body is collected before anybody serves it.
  serving,     // A fiber runs the handler.
  sending,     // Complete answers wait for the client; nothing is read meanwhile.
  discarding,  // Answered; the rest of the request's body is read and thrown away.
  closing,     // The last answer is on its way.
  lingering,   // All is sent and our end is shut; the client's bytes are thrown away.
  closed,
};
inline constexpr size_t kConnectionStates = 9;

enum class ConnectionEvent : uint8_t {
  bytes,         // The first ones of a request.
  quiet,         // Nothing is buffered, nothing to be sent.
  body_awaited,  // Head complete, body to be collected.
  handler_due,   // All is there that the handler needs.
  blocked,       // The client takes no more.
  unblocked,     // It has taken all.
  answered,      // The answer is complete and so is the request.
  body_left,     // The answer is complete and some of the request's body isn't.
  body_gone,     // Now it is.
  last_answer,   // The answer is complete and the last one: refusals, Connection: close.
  all_sent,      // The last answer is in the kernel's hands, our end is shut.
  ended,         // End of stream, error, timeout, cut.
};
inline constexpr size_t kConnectionEvents = 12;

struct ConnectionTransition {
  ConnectionState from;
  ConnectionEvent event;
  ConnectionState to;
};

inline constexpr auto kConnectionTransitions = [] {
  using enum ConnectionState;
  using Event = ConnectionEvent;
  return std::to_array<ConnectionTransition>({
      {idle, Event::bytes, head},
      {idle, Event::ended, closed},
      {head, Event::quiet, idle},
      {head, Event::blocked, sending},
      {head, Event::body_awaited, body},
      {head, Event::handler_due, serving},
      {head, Event::last_answer, closing},
      {head, Event::ended, closed},
      {body, Event::handler_due, serving},
      {body, Event::last_answer, closing},
      {body, Event::ended, closed},
      {serving, Event::answered, head},
      {serving, Event::body_left, discarding},
      {serving, Event::last_answer, closing},
      {serving, Event::ended, closed},
      {sending, Event::unblocked, head},
      {sending, Event::ended, closed},
      {discarding, Event::body_gone, head},
      {discarding, Event::last_answer, closing},
      {discarding, Event::ended, closed},
      {closing, Event::all_sent, lingering},
      {closing, Event::ended, closed},
      {lingering, Event::ended, closed},
  });
}();

namespace detail {

inline constexpr uint8_t kImpossible = 0xff;

inline constexpr auto kNextState = [] {
  std::array<std::array<uint8_t, kConnectionEvents>, kConnectionStates> table{};
  for (auto& row : table) row.fill(kImpossible);
  for (const ConnectionTransition& row : kConnectionTransitions) {
    table[static_cast<size_t>(row.from)][static_cast<size_t>(row.event)] =
        static_cast<uint8_t>(row.to);
  }
  return table;
}();

}  // namespace detail

inline ConnectionState next_state(ConnectionState from, ConnectionEvent event) noexcept {
  const uint8_t to = detail::kNextState[static_cast<size_t>(from)][static_cast<size_t>(event)];
  SVC_CHECK(to != detail::kImpossible);
  return static_cast<ConnectionState>(to);
}

}  // namespace svc
