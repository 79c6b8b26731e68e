// wear.h — when a worker has served long enough, and should make room for a fresh one.
//
// Why the worker asks and isn't killed: whoever asks serves on until the replacement does, so that
// nobody waits for it and no request is lost.
//
// Reasons: so many answers (max_requests, spread by max_requests_jitter so that siblings don't go
// at once), own memory beyond memory_max, a thread of the pool that doesn't come back. A stuck loop
// can't ask; the master sees that.
//
// Process and thread: the worker's loop.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "config/config.h"
#include "core/base/clock.h"
#include "core/board/board.h"

namespace svc {

// After how many answers; 0: never. `random` in [0, 1).
uint64_t answers_until_worn(const ServiceConfig& service, double random) noexcept;

class Wear {
 public:
  using OnWorn = std::function<void(const std::string& why)>;
  using RouteName = std::function<std::string(uint64_t route)>;

  // `on_worn` is called once. References stay their owners'.
  Wear(const ServiceConfig& service, const WorkerSlot& slot, RouteName route_name, OnWorn on_worn);

  void look(Instant now);  // Once a beat.
  void worn(const std::string& why);

 private:
  void look_at_memory();
  void look_at_threads(Instant now);

  const ServiceConfig& service_;
  const WorkerSlot& slot_;
  RouteName route_name_;
  OnWorn on_worn_;
};

// Bytes of this process that are neither file nor shared memory (RssAnon, proc(5)); 0: unknown.
uint64_t own_memory();

}  // namespace svc
