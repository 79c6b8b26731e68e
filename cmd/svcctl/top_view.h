// top_view.h — what `svcctl top` shows: a line for the server, one for each service, and below them
// what is out of the ordinary.
//
//   shop  ready  pid 412  generation 3  up 2h5m  1034 req/s
//
//   SERVICE    STATE  GEN    UP  READY  REQ/S    P50   P99  BUSY    MEM  RESTARTS
//   users      ready    3  2h5m    4/4   1034  1.2ms  12ms     3  32.4M         3
//     0 pid 413  …                                            (with workers)
//
//   users: restarts: 2 by own fault, 1 killed; last: users worker 1 (pid 99) died: SIGSEGV
#pragma once

#include <string>
#include <string_view>

#include "cmd/svcctl/status_document.h"
#include "cmd/svcctl/terminal.h"
#include "cmd/svcctl/top_rates.h"

namespace svc {

struct TopLook {
  static constexpr size_t kUnbounded = 100'000;
  bool workers = false;
  size_t columns = 80;
  size_t rows = kUnbounded;  // Lines that are too many are cut off, and counted.
};

std::string format_top(const Status& status, const TopRates& rates, const TopLook& look,
                       const Terminal& terminal);
// One line: {"name","requests_per_s","errors_per_s","services":[{"name","over_s","requests_per_s",
// "errors_per_s","p50_ms","p99_ms"}],"workers":{"PID":requests a second},"status":{…}}, the last
// being the master's own `document`, which has been parsed.
std::string top_json(const Status& status, const TopRates& rates, std::string_view document);

}  // namespace svc
