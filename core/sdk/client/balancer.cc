#include "core/sdk/client/balancer.h"

#include <algorithm>

#include "core/base/check.h"

namespace svc {

Balancer::Balancer(size_t endpoints, BalancePolicy policy)
    : policy_(policy), endpoints_(endpoints) {
  SVC_CHECK(endpoints > 0);
}

// Three rounds, each with a wish less: healthy and not tried; healthy; any.
size_t Balancer::pick(std::span<const size_t> tried, Instant now) noexcept {
  const size_t count = endpoints_.size();
  for (int wishes = 2; wishes >= 0; --wishes) {
    size_t best = count;
    for (size_t i = 0; i < count; ++i) {
      const size_t at = (next_ + i) % count;
      if (wishes > 0 && endpoints_[at].ejected_until > now) continue;
      if (wishes > 1 && std::ranges::find(tried, at) != tried.end()) continue;
      if (best == count || better(at, best)) best = at;
    }
    if (best == count) continue;
    next_ = (best + 1) % count;
    ++endpoints_[best].in_flight;
    return best;
  }
  SVC_CHECK(false);  // The last round takes any.
  return 0;
}

bool Balancer::better(size_t candidate, size_t best) const noexcept {
  return policy_.balance == Balance::least_loaded &&
         endpoints_[candidate].in_flight < endpoints_[best].in_flight;
}

void Balancer::end(size_t endpoint, Outcome outcome, Instant now) noexcept {
  Endpoint& it = endpoints_.at(endpoint);
  SVC_CHECK(it.in_flight > 0);
  --it.in_flight;
  if (outcome == Outcome::abandoned) return;
  if (outcome == Outcome::succeeded) {
    it.failures_in_row = 0;
    it.ejections_in_row = 0;
    return;
  }
  if (policy_.failures_in_row == 0 || ++it.failures_in_row < policy_.failures_in_row) return;
  if (it.ejected_until > now || (ejected(now) + 1) * 2 > endpoints_.size()) return;
  it.failures_in_row = 0;
  it.ejected_until =
      now + std::min<Duration>(policy_.eject_first * ++it.ejections_in_row, policy_.eject_max);
}

size_t Balancer::ejected(Instant now) const noexcept {
  return static_cast<size_t>(std::ranges::count_if(
      endpoints_, [now](const Endpoint& each) { return each.ejected_until > now; }));
}

}  // namespace svc
