// pool_limits.h — the bounds of one worker's client connections.
#pragma once

#include <chrono>
#include <cstddef>

namespace svc {

struct ClientPoolLimits {
  size_t per_origin_max = 64;       // Connections, busy and idle; further callers wait in line.
  size_t idle_per_origin_max = 32;  // Kept for later.
  size_t total_max = 1024;          // Over all origins; idle ones make room.
  std::chrono::milliseconds idle_timeout{30'000};  // Or a second less than a Keep-Alive field says.
  std::chrono::milliseconds age_max{300'000};      // Then a new one is made: names move.
};

}  // namespace svc
