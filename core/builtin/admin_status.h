// admin_status.h — /status.json: the master's facts as `svcctl status --json` prints them, and what
// the board says of each route.
//
//   {… as in core/process/status.h, "facts_age_s", "latency_bounds_s":[0.0001,…],
//    "routes":[{"service","method","route","answers":{"2xx":…},"failed","in_flight","bytes_in",
//               "bytes_out","took_s","took":[…] (one more than bounds, not cumulative)}]}
//
// Thread: any; pure but for what it is given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/board/board.h"

namespace svc {

// `document`: what the master has posted; empty: nothing yet. `alive`: as for route_totals().
std::string admin_status(const Board& board, std::string_view document,
                         const std::vector<size_t>& alive, Duration age);

}  // namespace svc
