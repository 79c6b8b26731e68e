#include "config/config.h"

#include <algorithm>

#include "config/cpus.h"
#include "config/value.h"

namespace svc {

uint32_t initial_workers(const Workers& workers) {
  return workers.automatic ? std::min(cpus_allowed(), kWorkersMax) : workers.min;
}

}  // namespace svc
