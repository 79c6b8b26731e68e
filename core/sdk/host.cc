#include "core/sdk/host.h"

#include <unistd.h>

#include <utility>

namespace svc {
namespace {

// In a .cc file: there is one libsvc in the process, but each module has its own inline variables.
const WorkerBinding* bound = nullptr;

}  // namespace

WorkerBinding::WorkerBinding(WorkerInfo info, OffloadPool* pool)
    : info_(std::move(info)), pool_(pool), former_(std::exchange(bound, this)) {}

WorkerBinding::~WorkerBinding() { bound = former_; }

const WorkerBinding* WorkerBinding::current() noexcept { return bound; }

WorkerInfo worker() {
  WorkerInfo info = bound != nullptr ? bound->info() : WorkerInfo{};
  info.pid = static_cast<int>(::getpid());
  return info;
}

}  // namespace svc
