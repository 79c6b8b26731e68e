// drain.h — the end of a worker's service, without a client that notices.
//
//   begin ──► accepting (kAcceptWindow) ──► finishing ──► cancelling ──► cutting ──► drained
//                                             until deadline    kCutGrace
//
// accepting:  what is in the queue already is taken; a connection that was accepted and never
//             answered is a failed request.
// finishing:  no more is accepted. Idle connections go to siblings if there are any (hand_over.h),
//             those with a request in flight when it has been answered. Without siblings, idle ones
//             have kDrainLinger left, in which one more request is answered; every answer says
//             Connection: close.
// cancelling: at the deadline handlers that still run are cancelled and answered with 503.
// cutting:    whatever is left then is closed.
//
// Thread: the worker's loop.
#pragma once

#include <functional>

#include "core/base/clock.h"
#include "core/loop/event_loop.h"

namespace svc {

class ServerCore;

class Drain {
 public:
  static constexpr Duration kAcceptWindow = 50ms;
  static constexpr Duration kCutGrace = 200ms;  // For the answers of cancelled requests to arrive.

  explicit Drain(ServerCore& core);

  // Once. `on_drained` is called from the loop when no connection is left and no handler runs;
  // after the deadline without waiting for handlers that can't be interrupted. `on_closed`: no
  // listening descriptor is watched any more, its owner may close it.
  void begin(Instant deadline, std::function<void()> on_drained, std::function<void()> on_closed);
  void hurry(Instant deadline);  // REQUIRES: begun. An earlier deadline counts from here on.
  // Before or after begin(): siblings take connections from there; -1: not any more.
  void hand_over_to(int out);
  bool begun() const noexcept { return phase_ != Phase::none; }
  // Whether a connection that waits for a request has a future: here, or in another worker.
  bool ends_connections() const noexcept;
  bool finishing() const noexcept { return phase_ > Phase::accepting; }
  void look();  // A connection or a request has ended.

 private:
  enum class Phase : uint8_t { none, accepting, finishing, cancelling, cutting, drained };
  void advance();
  void step();

  ServerCore& core_;
  Phase phase_ = Phase::none;
  Instant deadline_{};
  Timer timer_;       // The next phase.
  Timer done_timer_;  // Calls on_drained from the loop's own stack.
  std::function<void()> on_drained_;
  std::function<void()> on_closed_;
};

}  // namespace svc
