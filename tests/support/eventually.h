// eventually.h — tests wait for facts, with a deadline; nobody sleeps and hopes.
#pragma once

#include <poll.h>

#include <chrono>
#include <functional>

namespace svc::testing {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Generous: a fact that holds is seen within milliseconds; the deadline only ends a broken test.
inline constexpr std::chrono::seconds kDeadline = 30s;

// True as soon as `fact` is; false once `within` has passed. Looks every 5 ms.
inline bool eventually(const std::function<bool()>& fact,
                       std::chrono::milliseconds within = kDeadline) {
  const auto until = Clock::now() + within;
  while (!fact()) {
    if (Clock::now() >= until) return fact();
    ::poll(nullptr, 0, 5);
  }
  return true;
}

// For what must NOT happen: true if `fact` stayed true all through `during`.
inline bool throughout(const std::function<bool()>& fact, std::chrono::milliseconds during) {
  return !eventually([&] { return !fact(); }, during);
}

}  // namespace svc::testing
