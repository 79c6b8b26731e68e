// channel.h — the one line between the master and a worker: a SOCK_SEQPACKET pair (unix(7)), both
// directions, one message a packet, descriptors where needed. Its end tells each side that the
// other is gone.
//
//    0      2      4        8
//    +------+------+--------+----------------+
//    | kind | ver. | number | text (bounded) |     + at most kDescriptorsMax descriptors
//    +------+------+--------+----------------+
//
// A worker's life on it: routes*, ready →  ← serve  …  ← drain, drained →. A kind that a side does
// not know is thrown away, so that either can be the newer one.
//
// The master believes nothing it reads here: sizes are checked, text is cut and cleaned before it
// is logged, a message that is out of place is counted and dropped, and at most kMessagesPerTurn
// are read from one worker in a turn.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/base/fd.h"
#include "core/base/packet.h"
#include "core/base/result.h"

namespace svc {

enum class ChannelKind : uint16_t {
  // worker → master
  routes = 1,      // One row (route_row.h) each; several messages; before ready.
  ready = 2,       // Everything is in place; the worker accepts as soon as it is told `serve`.
  failed = 3,      // Boot is over: text says why. The worker exits next.
  last_words = 4,  // From the crash handler: see last_words.h for the text's form.
  drained = 5,     // Nothing is left; the worker exits next.
  replace = 6,     // Text: why. The worker serves on until it is told to go: `retire`.
  backtrace = 8,   // Of a thread or a fiber that is slow: see backtraces.h for the text's form.
  // To a master that isn't its own, which died (strays.h): "SERVICE INDEX GENERATION PID", and the
  // reading end of its service's store.
  orphan = 7,
  // master → worker
  // Begin to accept: sent at once after ready, but in a reload only when the whole new generation
  // is ready, so that a generation which is rolled back has never answered anybody.
  serve = 34,
  drain = 32,  // number: milliseconds that are left. Stop accepting, finish, exit. May come again.
  log_target = 33,     // One descriptor: log there from now on.
  access_target = 42,  // One descriptor: the access log goes there, if it has a target of its own.
  // As drain, but siblings stay: connections that wait for a request go to them.
  retire = 36,
  // Descriptors: listening sockets that have no worker of their own, no longer (scale-down) or not
  // yet (growth): accept on them too, with EPOLLEXCLUSIVE. A queue that nobody empties must not
  // stand in a reuseport group.
  accept_also = 35,
  accept_no_longer = 37,  // Descriptors that came with accept_also: their own worker is back.
  accept_anew = 38,  // Look at shared sockets: who was woken for what waits there may not do it.
  stopping = 41,     // The whole svcd is about to stop: services may tell their clients.
  quarantine = 39,   // number: a route. It is answered with 503 from now on.
  release = 40,      // number: a route that is served again.
  // Between two masters, during an upgrade (succession.h).
  successor_progress = 64,
  successor_failed = 65,  // text: why
  successor_ready = 66,
  go = 67,
  successor_done = 68,
};

struct ChannelMessage {
  ChannelKind kind{};
  uint32_t number = 0;
  std::string text;
  std::vector<Fd> descriptors;
  std::optional<uid_t> sender;  // With SO_PASSCRED: whose process it is.
};

inline constexpr size_t kChannelTextMax = 48 * 1024;
inline constexpr size_t kDescriptorsMax = kPacketDescriptorsMax;
inline constexpr uint16_t kChannelVersion = 1;

class SVC_API Channel {
 public:
  // Master's end, worker's end. Errors: socketpair(2).
  static Result<std::pair<Channel, Channel>> create_pair();
  Channel() noexcept = default;  // Nobody's: every call fails.
  explicit Channel(Fd socket) noexcept : socket_(std::move(socket)) {}

  // Never blocks. Errors: resource_unavailable_try_again when the other side doesn't read, broken
  // pipe when it is gone.
  Result<> send(ChannelKind kind, uint32_t number = 0, std::string_view text = {},
                std::span<const int> descriptors = {});
  // nullopt: nothing there now. Errors: connection_reset when the other side is gone;
  // protocol_error for a packet that is no message of this version (it has been thrown away, its
  // descriptors closed: go on). A kind that this side does not know is not an error.
  Result<std::optional<ChannelMessage>> receive();

  int descriptor() const noexcept { return socket_.get(); }

 private:
  Fd socket_;
};

// Channel::send() for a signal handler, by the descriptor: no heap, no lock, no waiting. False: as
// sendmsg(2) left errno.
bool send_from_signal(int channel, ChannelKind kind, std::string_view text) noexcept;

}  // namespace svc
