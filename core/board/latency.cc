#include "core/board/latency.h"

#include <algorithm>

namespace svc {

std::optional<Duration> latency_quantile(const LatencyCounts& counts, double share) noexcept {
  double total = 0;
  for (const uint64_t count : counts) total += static_cast<double>(count);
  if (total <= 0) return std::nullopt;
  double wanted = std::clamp(share, 0.0, 1.0) * total;
  Duration below{};
  for (size_t i = 0; i < kLatencyBounds.size(); ++i) {
    const auto count = static_cast<double>(counts[i]);
    if (count > 0 && wanted <= count) {
      const auto width = static_cast<double>((kLatencyBounds[i] - below).count());
      return below + Duration(static_cast<int64_t>(width * (wanted / count)));
    }
    wanted -= count;
    below = kLatencyBounds[i];
  }
  return kLatencyBounds.back();
}

}  // namespace svc
