// regions.h — the shared memory of one service (core/board/region.h), as its master keeps it.
//
// Why by name and size: a reload must not lose what rate limits and caches hold, so a new
// generation gets the regions of the one before, unless a size was changed: then it gets an empty
// one, and the old generation keeps its own until it is gone.
//
// Process: the master, which holds descriptors and maps nothing: a worker inherits no other
// service's memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

struct ServiceRegion {
  std::string name;
  uint64_t size = 0;
  std::shared_ptr<const Fd> memfd;
};
using ServiceRegions = std::vector<ServiceRegion>;

// Each service has it, configured or not.
inline constexpr const char* kRegionOfEach = "default";
inline constexpr uint64_t kRegionOfEachSize = uint64_t{16} << 20;

// All regions that the configuration asks for: those of `kept` that fit, new ones else. Errors:
// memfd_create(2) and what follows it.
Result<ServiceRegions> regions_for(const ServiceConfig& config, const ServiceRegions& kept);

}  // namespace svc
