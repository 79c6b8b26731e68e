// regions.h — the shared memory of this worker's service (core/board/region.h), mapped when it is
// first used.
//
// Each service has one region without being asked, "default": its first half holds the buckets of
// rate limits, its second half the entries of SharedCaches that name no region of their own.
// Without a master (a test, a boot outside of svcd) a region is made on the spot, for this process.
//
// Process: the worker. Threads: any.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/board/region.h"
#include "core/sdk/guards/rate_table.h"
#include "core/sdk/guards/value_table.h"

namespace svc {

inline constexpr std::string_view kDefaultRegion = "default";
inline constexpr size_t kDefaultRegionSize = size_t{16} << 20;

// As a worker is given it.
struct RegionHandle {
  std::string name;
  Fd memfd;
  size_t size = 0;
};

class SVC_API Regions {
 public:
  explicit Regions(std::vector<RegionHandle> handles = {});
  ~Regions();
  Regions(const Regions&) = delete;
  Regions& operator=(const Regions&) = delete;

  bool has(std::string_view name) const noexcept;
  // The buckets of the default region, and what their keys are hashed with. Throws
  // std::runtime_error when it can't be mapped.
  std::pair<RateTable*, HashSeed> rates();
  // The entries of the default region, or of the whole region `name` in slots of `slot_size`.
  // Throws std::runtime_error for a region that isn't configured, that is used for something else,
  // or that is too small.
  ValueTable& values();
  ValueTable& values(std::string_view name, size_t slot_size);
  // All of a region, for what the service itself makes of it: the same memory in all workers.
  std::span<std::byte> bytes(std::string_view name);

  static constexpr size_t kDefaultSlotSize = 1024;

 private:
  struct Mapped;
  Mapped& open(std::string_view name, uint64_t purpose);

  std::mutex mutex_;
  std::map<std::string, RegionHandle, std::less<>> handles_;
  std::map<std::string, std::unique_ptr<Mapped>, std::less<>> mapped_;
};

}  // namespace svc
