// robots_file.h — one site's robots.txt: fetched when it is first needed, kept for a day.
//
// RFC 9309 2.3: found, its rules hold; 4xx, all is allowed; 5xx or no answer, nothing is, until it
// is asked for again; a call that ends before there could be one changes nothing. Several handlers
// that need it at once fetch it once, and none of them waits longer than its own call may take.
//
// Thread: the loop's, in fibers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/http/client/origin.h"
#include "core/loop/fiber_mutex.h"
#include "core/sdk/client/robots.h"

namespace svc {

class ClientConnections;

class RobotsFile {
 public:
  static constexpr Duration kKept = 24h;
  static constexpr Duration kKeptWithoutAnswer = 60s;

  enum class Verdict : uint8_t {
    allowed,
    forbidden,
    unknown,  // This worker could not ask.
    late,     // `until` came first.
  };
  // May fetch it. Throws Cancelled.
  Verdict judge(ClientConnections& connections, const Origin& origin, std::string_view target,
                const std::string& agent, Instant until);

 private:
  Verdict fetch(ClientConnections& connections, const Origin& origin, const std::string& agent,
                Instant until);
  Verdict ask(ClientConnections& connections, const Origin& origin, const std::string& agent,
              Instant until);
  void keep(RobotsRules rules, Instant until);

  bool busy_ = false;  // Somebody fetches it.
  FiberWaitList waiters_;
  RobotsRules rules_;
  Instant until_{};
};

}  // namespace svc
