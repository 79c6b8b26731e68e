// channel.h — the one line between the master and a worker: a SOCK_SEQPACKET pair (unix(7)), both
// directions, one message a packet, descriptors where needed. Its end tells each side that the
// other is gone.
//
//    0      2      4        8
//    +------+------+--------+----------------+
//    | kind | ver. | number | text (bounded) |     + at most kDescriptorsMax descriptors
//    +------+------+--------+----------------+
//
// The master believes nothing it reads here: sizes are checked, text is cut and cleaned before it is
// logged, a message that is out of place is counted and dropped, and at most kMessagesPerTurn are
// read from one worker in a turn.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/loop/event_loop.h"

namespace svc {

enum class ChannelKind : uint16_t {
  // worker → master
  routes = 1,   // One row "METHOD PATTERN\n" each; several messages; before ready.
  ready = 2,    // Every listener is in place; serving begins.
  failed = 3,   // Boot is over: text says why. The worker exits next.
  last_words = 4,  // From the crash handler: see last_words.h for the text's form.
  drained = 5,  // Nothing is left; the worker exits next.
  // master → worker
  drain = 32,   // number: milliseconds that are left. Stop accepting, finish, exit.
  log_target = 33,  // One descriptor: log there from now on.
};

struct ChannelMessage {
  ChannelKind kind{};
  uint32_t number = 0;
  std::string text;
  std::vector<Fd> descriptors;
};

inline constexpr size_t kChannelTextMax = 48 * 1024;
inline constexpr size_t kDescriptorsMax = 4;

class SVC_API Channel {
 public:
  struct Pair;
  static Result<std::pair<Channel, Channel>> create_pair();  // master's end, worker's end
  explicit Channel(Fd socket) noexcept : socket_(std::move(socket)) {}

  // Never blocks. Errors: resource_unavailable_try_again when the other side doesn't read, broken
  // pipe when it is gone.
  Result<> send(ChannelKind kind, uint32_t number = 0, std::string_view text = {},
                std::span<const int> descriptors = {});
  // nullopt: nothing there now. Errors: connection_reset when the other side is gone;
  // protocol_error for a packet that is no message (it has been thrown away: go on).
  Result<std::optional<ChannelMessage>> receive();

  int descriptor() const noexcept { return socket_.get(); }

 private:
  Fd socket_;
};

}  // namespace svc
