// shared_cache.h — small values that all workers of a service have in common.
//
//   svc::SharedCache sessions("sessions", {.ttl = 30min});
//   sessions.put(token, user.name);
//   if (auto name = sessions.get(token)) …
//   if (*logins.increment(name, 1, 5min) > 10) throw svc::Problem(429, "too many attempts");
//
// It is a cache: entries go when their time has passed, when their place is needed, and when a
// worker is killed while it writes one. What must not be lost belongs into a database. What get()
// returns was put as a whole under that key: never a part, never another's.
//
// Where: in the service's own shared memory `[service.X] shared_memory` if that has a region of the
// cache's name, all of which is its then; else in the region "default", together with others and
// with entries (key, name and value) of up to 960 bytes. Kept over reloads and upgrades, not over a
// restart. In tests each svc::testing::Client has its own.
//
// Threads: any. Nothing waits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/api.h"
#include "core/base/clock.h"

namespace svc {

class ValueTable;

struct SharedCacheOptions {
  Duration ttl = 60s;
  // Key and value together, for a region of its own; at most 1 MiB. Takes effect when the region is
  // first used: for another value give it another size.
  size_t entry_max = 960;
};

class SVC_API SharedCache {
 public:
  explicit SharedCache(std::string name, SharedCacheOptions options = {});
  SharedCache(const SharedCache&) = delete;
  SharedCache& operator=(const SharedCache&) = delete;

  // All throw std::runtime_error when the region is used for something else or is too small.
  std::optional<std::string> get(std::string_view key) const;
  // False: larger than entry_max() allows, or others are writing there this very moment.
  bool put(std::string_view key, std::string_view value);
  bool put(std::string_view key, std::string_view value, Duration ttl);
  bool erase(std::string_view key);  // False: it wasn't there.
  // Adds, and returns the number after it; a key that isn't there begins at 0. Its time runs from
  // that beginning, so that a count is one of a period. nullopt: the key has a value that is no
  // number made by increment(), or the number would leave ±2^47.
  std::optional<int64_t> increment(std::string_view key, int64_t by = 1);
  std::optional<int64_t> increment(std::string_view key, int64_t by, Duration ttl);

  size_t entry_max() const;  // Key and value together.

 private:
  ValueTable& table() const;
  std::string full_key(std::string_view key) const;

  std::string name_;
  SharedCacheOptions options_;
};

}  // namespace svc
