#include "core/process/autoscale.h"

#include <algorithm>

namespace svc {

bool Autoscale::lasts(bool so, std::optional<Instant>& since, Duration time, Instant now) noexcept {
  if (!so) {
    since.reset();
    return false;
  }
  if (!since) since = now;
  return now - *since >= time;
}

size_t Autoscale::step(size_t workers, bool grow) noexcept {
  busy_since_.reset();  // What the change does is to be seen first.
  idle_since_.reset();
  return grow ? std::min(max_, workers + std::max<size_t>(1, workers / kGrowShare)) : workers - 1;
}

std::optional<size_t> Autoscale::look(size_t workers, const Load& load, Instant now) noexcept {
  if (workers == 0) return std::nullopt;
  if (workers < min_) return min_;
  if (workers > max_) return max_;
  const bool busy = load.busy >= kBusy || load.lag >= kLagMax;
  const auto count = static_cast<double>(workers);
  const bool idle = !busy && workers > min_ && load.busy * count / (count - 1) < kIdle;
  const bool grows = lasts(busy && workers < max_, busy_since_, kGrowAfter, now);
  const bool shrinks = lasts(idle, idle_since_, kShrinkAfter, now);
  if (!grows && !shrinks) return std::nullopt;
  return step(workers, grows);
}

}  // namespace svc
