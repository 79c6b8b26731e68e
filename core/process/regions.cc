#include "core/process/regions.h"

#include <algorithm>
#include <map>

#include "config/value.h"
#include "core/base/check.h"
#include "core/base/units.h"
#include "core/board/region.h"

namespace svc {
namespace {

static_assert(kRegionSizeMin == Region::kSizeMin && kRegionSizeMax == Region::kSizeMax);

}  // namespace

Result<ServiceRegions> regions_for(const ServiceConfig& config, const ServiceRegions& kept) {
  std::map<std::string, uint64_t> wanted = {{kRegionOfEach, kRegionOfEachSize}};
  for (const auto& [name, text] : config.shared_memory) {
    const auto size = parse_size(text);
    SVC_CHECK(size);  // The configuration has been judged (config/value.cc).
    wanted[name] = *size;
  }
  ServiceRegions regions;
  for (const auto& [name, size] : wanted) {
    const auto known = std::ranges::find_if(
        kept, [&](const ServiceRegion& it) { return it.name == name && it.size == size; });
    if (known != kept.end()) {
      regions.push_back(*known);
      continue;
    }
    auto made = Region::make(name, static_cast<size_t>(size));
    if (!made) return std::move(made).error().within("service " + config.name);
    regions.push_back({name, size, std::make_shared<const Fd>(*std::move(made))});
  }
  return regions;
}

}  // namespace svc
