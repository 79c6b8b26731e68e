// hand_over.h — connections of a worker that leaves go on in one that stays.
//
//   leaving worker ──► out [ a pair for each service, made by the master ] in ──► staying workers
//
// One message a connection: its descriptor, and
//
//    0       4         8          16
//    | magic | version | requests | bytes already read of what follows … |
//
// or, of version 2, if a proxy has said who the client is (proxy_header.h):
//
//    0       4         8          16     17       18              20       48
//    | magic | version | requests | kind | secure | source length | source | bytes … |
//
// A worker that knows nothing of proxies still understands all connections without one.
//
// Why a pair between all of them: whoever is first takes the next one, nobody needs to know who
// lives, and what nobody has taken yet waits there for the next worker. All are woken: of one that
// was chosen (EPOLLEXCLUSIVE) nobody knows whether it is not stopped.
//
// Only what waits for a request is given away, with what has been read of it; requests in flight
// finish where they are. A pair that is full is tried again in a moment. What could not be given
// away within kDrainLinger is closed as if there were no siblings.
//
// Thread: the worker's loop.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/http/proxy_header.h"
#include "core/loop/event_loop.h"

namespace svc {

class ServerCore;

class HandOver final : public Watcher {
 public:
  static constexpr size_t kBytesMax = 48 * 1024;  // Of a request that has begun to arrive.
  static constexpr int kAtTheEnd = 4096;          // What may be left when nobody else receives.
  static constexpr int kPerTurn = 32;             // Received before others have a turn.
  static constexpr Duration kTryAgain = 2ms;      // The pair was full.
  static constexpr Duration kPause = 100ms;       // No room or no descriptor for another one.

  explicit HandOver(ServerCore& core);
  ~HandOver() { stop_receiving(); }

  // From now on takes what others give away. `in` stays its owner's. Errors: epoll_ctl(2).
  Result<> receive_from(int in);
  // Its owner takes no more. `the_rest`: what waits there now is taken first, because no other
  // worker will.
  void stop_receiving() noexcept;
  void receive_the_rest();

  // From now on `out` is where connections go; -1: nowhere.
  void give_to(int out) noexcept { out_ = out; }
  bool gives() const noexcept { return out_ >= 0; }
  bool may_give_now() const noexcept { return gives() && !full_; }
  // `socket` has gone: close it without a word. Else it stays; gives() says whether for good.
  // REQUIRES: may_give_now(); at most kBytesMax; nothing watches `socket` (an epoll(7) set would go
  // on reporting it).
  bool give(int socket, uint64_t requests, const ProxyTold* told, std::string_view bytes);

  void on_ready(uint32_t events) override;

 private:
  enum class Took : uint8_t { one, none, not_now };
  Took take_one();
  void pause();
  Result<> watch();
  void unwatch() noexcept;

  ServerCore& core_;
  int in_ = -1;
  int out_ = -1;
  bool watched_ = false;
  bool full_ = false;
  Fd reserve_;           // Given up for a moment, so that there is room for what arrives.
  Timer again_timer_;    // Giving.
  Timer receive_timer_;  // After a pause.
};

}  // namespace svc
