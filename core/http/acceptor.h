// acceptor.h — takes connections from the listening sockets, as long as there is room for them.
//
// Why it stops instead of refusing: a client that waits in the kernel's queue for a moment is
// better off than one that is turned away. At connections_max, and when descriptors run out
// (EMFILE, ENFILE), the sockets are no longer watched, so that the loop doesn't spin over what it
// can't take; accepting goes on when a connection has closed, or after kRetry.
//
// One descriptor is kept in reserve. It is given up while descriptors are short, so that a handler
// or the log can still open something, and accepting goes on only once it could be taken back.
//
// How many are taken in one turn follows from what was there before: accept4(2) makes a socket and
// a file before it looks for a connection, so one call too many costs nearly what a good one does.
// What is left is told again by epoll(7), which watches these sockets by level. Where turns are
// long, a call more is nothing beside them, and a client has waited long enough: all are taken, as
// when a drain has begun.
//
// Thread: the worker's loop.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/loop/event_loop.h"
#include "core/net/listener.h"

namespace svc {

class Acceptors;
class ServerCore;

// As many as were always there in the last turns, and twice as many after some of those.
class AcceptBurst {
 public:
  static constexpr int kTurnsToGrow = 8;
  static constexpr Duration kLongTurn = 1ms;

  explicit AcceptBurst(int most) noexcept : most_(most) {}

  // Of a turn that begins at `now`.
  int size(Instant now) noexcept;
  int most() const noexcept { return most_; }
  void all_were_there() noexcept;
  void fewer_were_there(int taken) noexcept;

 private:
  const int most_;
  int size_ = 1;
  int turns_ = 0;
  Instant looked_{};
};

// One listening socket.
class Acceptor final : public Watcher {
 public:
  static constexpr int kBurst = 64;        // Accepted in one turn, at most.
  static constexpr int kSharedBurst = 16;  // The same, and then others are first (re-armed).

  Acceptor(Acceptors& owner, const AcceptSocket& socket);
  ~Acceptor() { stop(); }

  int descriptor() const noexcept { return socket_.fd; }
  bool shared() const noexcept { return socket_.shared; }
  Result<> start();  // Does nothing if it is watched. Errors: epoll_ctl(2).
  void stop() noexcept;
  void on_ready(uint32_t events) override;

 private:
  void take_burst();

  Acceptors& owner_;
  const AcceptSocket socket_;
  AcceptBurst burst_;
  int accepted_ = 0;  // On a shared socket, since it was (re-)armed.
  bool watched_ = false;
};

class Acceptors {
 public:
  static constexpr Duration kRetry = 100ms;
  static constexpr Duration kWarnEvery = 60s;

  explicit Acceptors(ServerCore& core);

  Result<> add(const AcceptSocket& socket);
  void remove(int descriptor) noexcept;
  void rearm();             // Shared sockets: looks at once at what they have.
  void close() noexcept;    // For good.
  void room_may_be_left();  // A connection has closed.

 private:
  friend class Acceptor;
  enum class Gate : uint8_t { open, full, starved, closed };

  enum class Outcome : uint8_t { taken, none, skipped, stopped };
  Outcome accept_one(const AcceptSocket& socket);
  void shut(Gate why);
  void starve(int error);
  void retry();
  void try_open();

  ServerCore& core_;
  Gate gate_ = Gate::open;
  Fd reserve_;
  Timer retry_timer_;
  std::optional<Instant> warned_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
};

}  // namespace svc
