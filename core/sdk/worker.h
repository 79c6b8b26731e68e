// worker.h — which worker this is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/api.h"

namespace svc {

struct WorkerInfo {
  std::string service;  // "users"; empty in tests without a worker.
  size_t index = 0;
  uint64_t generation = 0;
  int pid = 0;
};

// Of this process. Its pid is asked for at each call, so it is right after any fork(2).
SVC_API WorkerInfo worker();

}  // namespace svc
