// limits.h — every bound of the HTTP server, as plain numbers; core/server fills them from the
// configuration. Beside each: what the client gets when it is exceeded.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/http/tell_request_id.h"

namespace svc {

struct HttpLimits {
  size_t request_line_max = 8 * 1024;                 // 414
  size_t header_field_max = 8 * 1024;                 // 431: one field, name and value
  size_t headers_max = 32 * 1024;                     // 431: all fields
  size_t header_count_max = 100;                      // 431
  uint64_t body_max = 1024 * 1024;                    // 413
  std::chrono::milliseconds header_timeout{15'000};   // first byte to end of head, in total: 408
  std::chrono::milliseconds body_timeout{30'000};     // longest gap inside a body: 408
  uint64_t body_min_rate = 500;                       // bytes/s after the first body_timeout: 408
  std::chrono::milliseconds send_timeout{30'000};     // client takes less than body_min_rate of an
                                                      // answer for so long: cut
  std::chrono::milliseconds request_timeout{30'000};  // handler: cancelled, 503
  std::chrono::milliseconds keepalive_timeout{75'000};  // idle connection: closed
  uint64_t keepalive_requests = 10'000;                 // then Connection: close
  size_t connections_max = 10'000;                      // further ones stay in the accept queue
  std::chrono::milliseconds slow_request{0};  // handler: told (slow_request.h); 0: none is
  TellId tell_request_id = TellId::asked;
  size_t requests_max = 2'000;  // in flight, and as many whose bodies are being collected; further
                                // ones: 503 with Retry-After
};

}  // namespace svc
