#include "core/board/work_rates.h"

#include <algorithm>

namespace svc {

WorkSample sample_work(const Board& board, std::span<const size_t> slots, Instant now) {
  WorkSample sum;
  sum.at = now;
  for (const size_t index : slots) {
    const WorkerSlot& slot = board.slot(index);
    sum.answered += slot.answered();
    sum.errors += slot.answers[5].get() + slot.requests_failed.get();
    const std::span<const RouteSlot> rows = board.routes(index);
    // A claim, like the rest of it.
    const auto used = std::min<uint64_t>(slot.routes_used.get_published(), rows.size());
    for (const RouteSlot& row : rows.first(used))
      for (size_t i = 0; i < kLatencyBuckets; ++i) sum.took[i] += row.took[i].get();
  }
  return sum;
}

WorkRates rates_between(const WorkSample& before, const WorkSample& after) {
  WorkRates rates;
  if (after.at <= before.at || after.answered < before.answered || after.errors < before.errors)
    return rates;
  LatencyCounts took{};
  for (size_t i = 0; i < kLatencyBuckets; ++i) {
    if (after.took[i] < before.took[i]) return rates;
    took[i] = after.took[i] - before.took[i];
  }
  rates.over = after.at - before.at;
  const double seconds = std::chrono::duration<double>(rates.over).count();
  rates.requests_per_s = static_cast<double>(after.answered - before.answered) / seconds;
  rates.errors_per_s = static_cast<double>(after.errors - before.errors) / seconds;
  rates.p50 = latency_quantile(took, 0.5);
  rates.p99 = latency_quantile(took, 0.99);
  return rates;
}

void RecentWork::note(const WorkSample& sample) noexcept {
  if (count_ > 0 && sample.at < samples_[(count_ - 1) % kSamples].at + kGap) return;
  samples_[count_++ % kSamples] = sample;
}

WorkRates RecentWork::rates(const WorkSample& now) const noexcept {
  // The latest is what is left when the master itself has slept for longer than the window.
  for (size_t back = std::min(count_, kSamples); back > 0; --back) {
    const WorkSample& before = samples_[(count_ - back) % kSamples];
    if (back > 1 && now.at - before.at > kWindow + 1s) continue;
    return now.at - before.at < kShortest ? WorkRates{} : rates_between(before, now);
  }
  return {};
}

}  // namespace svc
