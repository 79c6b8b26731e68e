// lru.h — what a worker remembers for a while: bounded in entries, in bytes and in time.
//
// Why erased: Cached<T> and the cache of answers are the same thing with another value; the list,
// the map and the bounds are compiled once.
//
// Pure: time is passed in. Threads: one at a time (the loop's).
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/api.h"
#include "core/base/clock.h"

namespace svc {

class SVC_API Lru {
 public:
  // What an entry costs beside its key and its value's own bytes.
  static constexpr size_t kOverhead = 160;

  struct Value {
    std::shared_ptr<const void> object;
    std::exception_ptr error;  // Instead of an object: what the computation threw.
    size_t bytes = 0;
    Instant fresh_until{};
    Instant kept_until{};  // Not before fresh_until; stale in between.
  };

  Lru(size_t entries_max, size_t bytes_max) noexcept
      : entries_max_(entries_max), bytes_max_(bytes_max) {}
  Lru(const Lru&) = delete;
  Lru& operator=(const Lru&) = delete;

  // nullptr: not there, or no longer kept. Valid until the next call of put(), erase(), clear().
  const Value* find(std::string_view key, Instant now);
  // In place of an entry of that key; the least recently used ones go until there is room. What
  // would not fit into an empty cache is not kept.
  void put(std::string_view key, Value value);
  bool erase(std::string_view key);
  void clear() noexcept;

  size_t entries() const noexcept { return entries_.size(); }
  size_t bytes() const noexcept { return bytes_; }

 private:
  struct Entry {
    std::string key;
    Value value;
    size_t cost;
  };
  using Entries = std::list<Entry>;  // The most recently used one first.

  void drop(Entries::iterator entry) noexcept;

  size_t entries_max_;
  size_t bytes_max_;
  size_t bytes_ = 0;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> index_;  // Views of the entries' keys.
};

}  // namespace svc
