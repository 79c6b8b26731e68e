// host.h — what a worker gives the SDK: who it is, and the pool of threads for blocking work.
//
// Process: the worker, once, before a module's routes are made; tests, for as long as a client
// lives. Free functions (svc::offload, svc::worker) find it here, so it is one for the process.
// Threads: bound and unbound by the loop's thread while no handler runs; read by any.
#pragma once

#include <vector>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/sdk/background_work.h"
#include "core/sdk/guards/regions.h"
#include "core/sdk/worker.h"

namespace svc {

class OffloadPool;

SVC_API void note_stopping() noexcept;  // For good: see svc::stopping().

// Binds for its own lifetime; the former binding comes back with the destructor (tests nest).
class SVC_API WorkerBinding {
 public:
  // `pool` may be null: offloaded work runs in the calling thread then. Not owned.
  // `clock`: what time guards and caches believe it is; outlives the binding.
  WorkerBinding(WorkerInfo info, OffloadPool* pool, std::vector<RegionHandle> regions = {},
                const Clock& clock = Clock::steady());
  ~WorkerBinding();
  WorkerBinding(const WorkerBinding&) = delete;
  WorkerBinding& operator=(const WorkerBinding&) = delete;

  const WorkerInfo& info() const noexcept { return info_; }
  OffloadPool* pool() const noexcept { return pool_; }
  const Clock& clock() const noexcept { return clock_; }
  static const WorkerBinding* current() noexcept;
  // The shared memory of the service; without a worker this process's own.
  static Regions& regions();
  BackgroundWork& background() const noexcept { return background_; }

 private:
  WorkerInfo info_;
  OffloadPool* pool_;
  const Clock& clock_;
  mutable Regions regions_;
  mutable BackgroundWork background_;
  const WorkerBinding* former_;
};

}  // namespace svc
