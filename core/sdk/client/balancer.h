// balancer.h — which of an upstream's addresses takes the next attempt, and which is left alone for
// a while because calls to it fail (passive ejection: nobody asks it how it is).
//
// At most half of the addresses are ejected at a time, so one that is ejected wrongly costs little,
// and an upstream with one address always has it: when all is lost is the breaker's business. Each
// ejection in a row lasts longer.
//
// A decision is pure: the clock is passed in. Threads: the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/clock.h"
#include "core/sdk/client/upstream_options.h"

namespace svc {

struct BalancePolicy {
  Balance balance = Balance::round_robin;
  uint32_t failures_in_row = 5;  // Ejects. 0: never.
  Duration eject_first = 5s;     // Times the ejections in a row,
  Duration eject_max = 60s;      // up to this.
};

class Balancer {
 public:
  Balancer(size_t endpoints, BalancePolicy policy);

  // The endpoint for the next attempt; one that is not in `tried`, if there is such a one. Counts
  // it as in flight: each pick() is followed by one end().
  size_t pick(std::span<const size_t> tried, Instant now) noexcept;
  enum class Outcome : uint8_t { succeeded, failed, abandoned };
  void end(size_t endpoint, Outcome outcome, Instant now) noexcept;

  size_t size() const noexcept { return endpoints_.size(); }
  size_t ejected(Instant now) const noexcept;

 private:
  struct Endpoint {
    uint32_t in_flight = 0;
    uint32_t failures_in_row = 0;
    uint32_t ejections_in_row = 0;
    Instant ejected_until{};
  };

  bool better(size_t candidate, size_t best) const noexcept;

  BalancePolicy policy_;
  std::vector<Endpoint> endpoints_;
  size_t next_ = 0;
};

}  // namespace svc
