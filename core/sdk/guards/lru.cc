#include "core/sdk/guards/lru.h"

#include <utility>

namespace svc {

const Lru::Value* Lru::find(std::string_view key, Instant now) {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  const Entries::iterator entry = found->second;
  if (entry->value.kept_until <= now) {
    drop(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return &entry->value;
}

void Lru::put(std::string_view key, Value value) {
  erase(key);
  const size_t cost = key.size() + value.bytes + kOverhead;
  if (cost > bytes_max_ || entries_max_ == 0) return;
  while (entries_.size() >= entries_max_ || bytes_ + cost > bytes_max_)
    drop(std::prev(entries_.end()));
  entries_.push_front({std::string(key), std::move(value), cost});
  index_.emplace(entries_.front().key, entries_.begin());
  bytes_ += cost;
}

bool Lru::erase(std::string_view key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return false;
  drop(found->second);
  return true;
}

void Lru::clear() noexcept {
  index_.clear();
  entries_.clear();
  bytes_ = 0;
}

void Lru::drop(Entries::iterator entry) noexcept {
  bytes_ -= entry->cost;
  index_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace svc
