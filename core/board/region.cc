#include "core/board/region.h"

#include <atomic>
#include <utility>

#include "core/base/random.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr uint64_t kRegionMagic = 0x6f69676572637673;  // "svcregio", little-endian.
constexpr uint32_t kRegionLayout = 1;

struct RegionHeader {
  uint64_t magic;
  uint32_t layout;
  uint32_t reserved;
  uint64_t size;
  HashSeed seed;
  std::atomic<uint64_t> purpose;
};
static_assert(sizeof(RegionHeader) <= Region::kHeaderSize);
static_assert(std::atomic<uint64_t>::is_always_lock_free, "a lock would outlive a killed worker");

RegionHeader& region_header(const SharedMapping& mapping) noexcept {
  return *reinterpret_cast<RegionHeader*>(mapping.bytes().data());
}

}  // namespace

Result<Fd> Region::make(const std::string& name, size_t size) {
  if (size < kSizeMin || size > kSizeMax)
    return Error::invalid("shared memory " + name + ": a size of " + std::to_string(size) +
                          " bytes; 64KiB to 64GiB are possible");
  SVC_TRY(const SharedMapping mapping, SharedMapping::create(("svc-region-" + name).c_str(), size));
  RegionHeader& header = region_header(mapping);
  header.magic = kRegionMagic;
  header.layout = kRegionLayout;
  header.size = size;
  if (sys::getrandom(&header.seed, sizeof header.seed, 0) != sizeof header.seed)
    for (uint64_t& word : header.seed) word = thread_random()();  // A sandbox may forbid it.
  Fd kept(sys::dup_cloexec(mapping.descriptor()));
  if (!kept) return Error::from_errno("keep shared memory " + name);
  return kept;
}

Result<Region> Region::attach(Fd memfd, size_t size) {
  SVC_TRY(SharedMapping mapping, SharedMapping::attach(std::move(memfd), size));
  const RegionHeader& header = region_header(mapping);
  if (size < kSizeMin || header.magic != kRegionMagic || header.size != size)
    return Error::invalid("shared memory that was handed in is no region");
  if (header.layout != kRegionLayout)
    return Error::invalid("shared memory that was handed in has layout " +
                          std::to_string(header.layout) + " instead of " +
                          std::to_string(kRegionLayout));
  const HashSeed seed = header.seed;
  return Region(std::move(mapping), seed);
}

uint64_t Region::claim(uint64_t purpose) const noexcept {
  uint64_t found = 0;
  const bool first = region_header(mapping_).purpose.compare_exchange_strong(found, purpose);
  return first ? purpose : found;
}

}  // namespace svc
