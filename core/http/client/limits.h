// limits.h — every bound of one exchange with an upstream, as plain numbers.
//
// Why so many: an upstream may hang, trickle, send without end or lie, and each way has its own
// bound, so that no fiber waits longer and no worker holds more than is written here. Zero means
// "none" for the times only; counts and sizes are always bounds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/clock.h"

namespace svc {

struct ClientLimits {
  using Time = std::chrono::milliseconds;

  Time queue{5'000};        // For a free connection while the origin has all it may have.
  Time resolve{3'000};      // From name to addresses.
  Time connect{3'000};      // Over all addresses of the name.
  Time first_byte{15'000};  // From the request's last byte to the end of the answer's head.
  Time gap{15'000};         // Longest silence inside a body, either way.
  Time total{30'000};       // The whole exchange, bodies included.
  // The caller's own deadline, on the loop's clock: no wait goes beyond it. Reported as
  // timeout_total.
  std::optional<Instant> deadline;

  size_t status_line_max = 4 * 1024;
  size_t header_field_max = 16 * 1024;  // One field, name and value.
  size_t headers_max = 64 * 1024;       // All of one head.
  size_t header_count_max = 200;
  size_t informational_max = 16;  // 1xx answers before the final one.

  // Of the content after decoding, where it is collected (ClientConnections::exchange,
  // ClientExchange::collect). Streams are bounded by their reader.
  uint64_t body_max = 16 * 1024 * 1024;
  // A content coding may not swell its content by more than this factor, once that is more than
  // a mebibyte: what streams of decoded bytes are bounded by.
  uint64_t inflate_ratio_max = 250;
};

}  // namespace svc
