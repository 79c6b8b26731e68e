#include "core/sdk/guards/shared_cache.h"

#include <algorithm>

#include "core/sdk/host.h"

namespace svc {
namespace {

constexpr size_t kEntryLeast = 64, kEntryMost = size_t{1} << 20;

}  // namespace

SharedCache::SharedCache(std::string name, SharedCacheOptions options)
    : name_(std::move(name)), options_(options) {
  options_.entry_max = std::clamp(options_.entry_max, kEntryLeast, kEntryMost);
}

// Looked up each time: a cache may be static, and each test has memory of its own.
ValueTable& SharedCache::table() const {
  Regions& regions = WorkerBinding::regions();
  if (name_ == kDefaultRegion || !regions.has(name_)) return regions.values();
  const size_t slot = (ValueTable::kSlotHeader + name_.size() + 1 + options_.entry_max + 63) / 64;
  return regions.values(name_, slot * 64);
}

std::string SharedCache::full_key(std::string_view key) const {
  std::string full;
  full.reserve(name_.size() + 1 + key.size());
  return full.append(name_).append(1, '\0').append(key);
}

size_t SharedCache::entry_max() const { return table().entry_max() - name_.size() - 1; }

std::optional<std::string> SharedCache::get(std::string_view key) const {
  return table().get(full_key(key), now());
}

bool SharedCache::put(std::string_view key, std::string_view value) {
  return put(key, value, options_.ttl);
}

bool SharedCache::put(std::string_view key, std::string_view value, Duration ttl) {
  const Instant at = now();
  return table().put(full_key(key), value, at, at + ttl);
}

bool SharedCache::erase(std::string_view key) { return table().erase(full_key(key), now()); }

std::optional<int64_t> SharedCache::increment(std::string_view key, int64_t by) {
  return increment(key, by, options_.ttl);
}

std::optional<int64_t> SharedCache::increment(std::string_view key, int64_t by, Duration ttl) {
  const Instant at = now();
  return table().increment(full_key(key), by, at, at + ttl);
}

}  // namespace svc
