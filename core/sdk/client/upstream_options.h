// upstream_options.h — how a service calls another one: addresses, times, retries, when to stop.
//
// In code: app.upstream("prices", {.urls = {"http://127.0.0.1:8001"}}). In the configuration:
// [service.X.upstreams.prices], whose keys have the same names; what stands there counts, all of
// it, instead of what the code says.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"

namespace svc {

enum class Balance : uint8_t {
  round_robin,
  least_loaded,  // The fewest attempts in flight from this worker; equal ones in turn.
};

struct UpstreamOptions {
  using Time = std::chrono::milliseconds;

  // "http://prices:8080/v1", "unix:/run/svcd/prices.sock": several share the calls.
  std::vector<std::string> urls{};
  Time timeout{10'000};         // A whole call, retries and waits between them included.
  Time attempt_timeout{0};      // One attempt of it; 0: as long as the call.
  Time connect_timeout{1'000};  // Name and connection, of each attempt.
  uint32_t attempts = 3;        // At most, where trying again is safe.
  Time backoff_initial{25};     // Bound of the random wait before the first retry; doubles,
  Time backoff_max{1'000};      // up to this.
  uint32_t retry_percent = 20;  // Retries and hedges, per hundred calls, beside 3 a second.
  Time hedge_after{0};          // A second attempt beside one that takes so long; 0: never.
  Balance balance = Balance::round_robin;
  uint32_t eject_failures = 5;    // In a row: an address among several is left alone,
  Time eject_time{5'000};         // so long; longer each time. 0 failures: never.
  uint32_t breaker_failures = 5;  // In a row: calls are refused at once. 0: no breaker.
  uint32_t breaker_percent = 50;  // The same at such a share of failures among
  uint32_t breaker_calls = 20;    // at least so many attempts in 10 s.
  Time breaker_open{1'000};       // How long, before one call is let through to see; doubles,
  Time breaker_open_max{30'000};  // up to this.
  uint32_t redirects = 0;         // Followed, of one call.
  uint64_t body_max = 16 * 1024 * 1024;  // Of an answer that is read as a whole.
  Time interval{0};            // Politeness: between two requests of a worker to the same host.
  std::string robots_agent{};  // Not empty: robots.txt is obeyed, under this name.

  bool operator==(const UpstreamOptions&) const = default;
};

}  // namespace svc
