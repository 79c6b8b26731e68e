// admin_metrics.h — /metrics: everything that the board and the master's facts say, by name.
//
// The names are a promise: dashboards and alerts of others stand on them. svcd(8) lists them, and a
// test compares. Counters come from the board and go on over deaths, reloads and upgrades; what is
// so now (states, memory, generations) is the master's, as it last posted it.
//
// Labels: service, route and method (as the route was written, never as it was asked for), code
// (2xx …), slot (a worker's place on the board: its successors have it again, so that there are no
// more of them than workers at a time), reason, upstream.
//
// Thread: any; pure but for what it is given.
#pragma once

#include <string>

#include "core/base/clock.h"
#include "core/board/board.h"
#include "core/builtin/admin_facts.h"

namespace svc {

// `facts`: nullptr: nothing has been posted. `posted`: when they were.
std::string admin_metrics(const Board& board, const AdminFacts* facts, Instant posted, Instant now);

// Facts that are older than this come from a master that is gone or stands still.
inline constexpr Duration kFactsStale = 10s;

}  // namespace svc
