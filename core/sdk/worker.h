// worker.h — which worker this is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/api.h"
#include "core/base/clock.h"

namespace svc {

struct WorkerInfo {
  std::string service;  // "users"; empty in tests without a worker.
  size_t index = 0;
  uint64_t generation = 0;
  int pid = 0;
};

// Of this process. Its pid is asked for at each call, so it is right after any fork(2).
SVC_API WorkerInfo worker();

// What time it is for guards and caches: CLOCK_MONOTONIC, or what a test's clock says.
SVC_API Instant now() noexcept;

// svcd has been told to stop, and serves on for [master] pre_stop_delay, or finishes what it has:
// the moment for a health check to fail. Not for a reload, of which clients notice nothing.
SVC_API bool stopping() noexcept;

}  // namespace svc
