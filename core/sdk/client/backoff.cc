#include "core/sdk/client/backoff.h"

#include <algorithm>

namespace svc {

Duration backoff_before(size_t retry, const BackoffPolicy& policy, double unit) noexcept {
  Duration bound = std::min(policy.first, policy.max);
  for (size_t i = 1; i < retry && bound < policy.max; ++i)
    bound = bound > policy.max / 2 ? policy.max : bound * 2;
  return Duration(static_cast<Duration::rep>(static_cast<double>(bound.count()) * unit));
}

}  // namespace svc
