#include "core/sdk/guards/regions.h"

#include <optional>
#include <stdexcept>

namespace svc {
namespace {

// What a region is claimed for; tables of values add their slot size.
constexpr uint64_t kForDefault = 1, kForBytes = 2, kForValues = 3;

std::string purpose_text(uint64_t purpose) {
  if (purpose == kForDefault) return "as the default one";
  if (purpose == kForBytes) return "as plain bytes";
  return "for a cache with entries of up to " +
         std::to_string((purpose >> 8) - ValueTable::kSlotHeader) + " bytes";
}

}  // namespace

struct Regions::Mapped {
  explicit Mapped(Region own) : region(std::move(own)) {}

  std::span<std::byte> half(bool second) const noexcept {
    const auto bytes = region.bytes();
    const size_t middle = bytes.size() / 2 / 64 * 64;
    return second ? bytes.subspan(middle) : bytes.first(middle);
  }

  Region region;
  std::optional<RateTable> rates;
  std::optional<ValueTable> values;
};

Regions::Regions(std::vector<RegionHandle> handles) {
  for (RegionHandle& handle : handles) {
    const std::string name = handle.name;
    handles_.emplace(name, std::move(handle));
  }
}

Regions::~Regions() = default;

bool Regions::has(std::string_view name) const noexcept { return handles_.contains(name); }

Regions::Mapped& Regions::open(std::string_view name, uint64_t purpose) {
  const std::scoped_lock lock(mutex_);
  auto found = mapped_.find(name);
  if (found == mapped_.end()) {
    auto handle = handles_.find(name);
    if (handle == handles_.end()) {
      if (name != kDefaultRegion)
        throw std::runtime_error("the service has no shared memory " + std::string(name) +
                                 "; add it to shared_memory in the configuration");
      auto made = Region::make(std::string(name), kDefaultRegionSize);
      if (!made) throw std::runtime_error(made.error().text);
      handle =
          handles_
              .emplace(name, RegionHandle{std::string(name), *std::move(made), kDefaultRegionSize})
              .first;
    }
    auto region = Region::attach(std::move(handle->second.memfd), handle->second.size);
    if (!region) throw std::runtime_error(region.error().text);
    found = mapped_.emplace(name, std::make_unique<Mapped>(*std::move(region))).first;
  }
  if (const uint64_t other = found->second->region.claim(purpose); other != purpose)
    throw std::runtime_error("shared memory " + std::string(name) + " is in use " +
                             purpose_text(other) + ", not " + purpose_text(purpose) +
                             "; give it another name or another size");
  return *found->second;
}

std::pair<RateTable*, HashSeed> Regions::rates() {
  Mapped& mapped = open(kDefaultRegion, kForDefault);
  const std::scoped_lock lock(mutex_);
  if (!mapped.rates) mapped.rates.emplace(mapped.half(false));
  return {&*mapped.rates, mapped.region.seed()};
}

ValueTable& Regions::values() {
  Mapped& mapped = open(kDefaultRegion, kForDefault);
  const std::scoped_lock lock(mutex_);
  if (!mapped.values)
    mapped.values.emplace(mapped.half(true), kDefaultSlotSize, mapped.region.seed());
  return *mapped.values;
}

ValueTable& Regions::values(std::string_view name, size_t slot_size) {
  Mapped& mapped = open(name, kForValues | slot_size << 8);
  const std::scoped_lock lock(mutex_);
  if (mapped.region.bytes().size() < 8 * slot_size)
    throw std::runtime_error("shared memory " + std::string(name) +
                             " is too small for eight entries of its cache");
  if (!mapped.values) mapped.values.emplace(mapped.region.bytes(), slot_size, mapped.region.seed());
  return *mapped.values;
}

std::span<std::byte> Regions::bytes(std::string_view name) {
  return open(name, kForBytes).region.bytes();
}

}  // namespace svc
