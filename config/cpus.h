// cpus.h — how many CPUs this process may really use: workers = "auto".
//
// Why not hardware_concurrency(): a container with a quota of two CPUs on a host of 64 wants two
// workers. Counted are the affinity mask (sched_getaffinity(2)) and the cgroup's CPU bandwidth,
// version 2 (cpu.max) or 1 (cpu.cfs_quota_us), of the process's own group and of all above it; a
// part of a CPU counts as a whole one.
#pragma once

#include <cstdint>

#include "config/files.h"

namespace svc {

SVC_API uint32_t cpus_allowed();  // At least 1.
// The quota alone, rounded up; 0 when there is none.
SVC_API uint32_t cpu_quota(const FileSource& files);

}  // namespace svc
