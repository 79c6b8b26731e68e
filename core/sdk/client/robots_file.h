// robots_file.h — one site's robots.txt: fetched when it is first needed, kept for a day.
//
// RFC 9309 2.3: found, its rules hold; 4xx, all is allowed; 5xx or no answer, nothing is, until it
// is asked for again; a request that ends before there could be one changes nothing. Several
// handlers that need it at once fetch it once.
//
// Thread: the loop's, in fibers.
#pragma once

#include <string>

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

  // May fetch it. Throws Cancelled.
  bool allows(ClientConnections& connections, const Origin& origin, std::string_view target,
              const std::string& agent, Instant now);

 private:
  bool fetch(ClientConnections& connections, const Origin& origin, const std::string& agent,
             Instant now);
  bool ask(ClientConnections& connections, const Origin& origin, const std::string& agent,
           Instant now);
  void keep(RobotsRules rules, Instant until);

  FiberMutex mutex_;
  RobotsRules rules_;
  Instant until_{};
};

}  // namespace svc
