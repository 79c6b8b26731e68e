#include "core/sdk/host.h"

#include <unistd.h>

#include <atomic>
#include <utility>

namespace svc {
namespace {

// In a .cc file: there is one libsvc in the process, but each module has its own inline variables.
const WorkerBinding* bound = nullptr;
std::atomic<bool> about_to_stop{false};

}  // namespace

WorkerBinding::WorkerBinding(WorkerInfo info, OffloadPool* pool, std::vector<RegionHandle> regions,
                             const Clock& clock)
    : info_(std::move(info)),
      pool_(pool),
      clock_(clock),
      regions_(std::move(regions)),
      former_(std::exchange(bound, this)) {}

WorkerBinding::~WorkerBinding() { bound = former_; }

const WorkerBinding* WorkerBinding::current() noexcept { return bound; }

Regions& WorkerBinding::regions() {
  static Regions own;
  return bound != nullptr ? bound->regions_ : own;
}

Instant now() noexcept { return bound != nullptr ? bound->clock().now() : Clock::steady().now(); }

WorkerInfo worker() {
  WorkerInfo info = bound != nullptr ? bound->info() : WorkerInfo{};
  info.pid = static_cast<int>(::getpid());
  return info;
}

void note_stopping() noexcept { about_to_stop.store(true, std::memory_order_relaxed); }
bool stopping() noexcept { return about_to_stop.load(std::memory_order_relaxed); }

}  // namespace svc
