// quarantine.h — a request that kills whoever serves it: its route is taken out of service, the
// others serve on.
//
// What counts: deaths by a worker's own fault, by the route that it was serving. supervise()
// decides (Quarantine); new workers of the generation are told, too. A reload is a new chance for
// every route, and so is `svcctl unquarantine`.
//
// Process: the master.
#pragma once

#include <optional>
#include <string>

#include "core/process/pool.h"

namespace svc {

// A worker of the set has died by its own fault, serving `route` if that is known.
void note_fault(MasterState& master, const SeatRef& place, const Generation& generation,
                std::optional<uint64_t> route, Instant now);

void quarantine(MasterState& master, Pool& pool, const Quarantine& action);
// This worker has just been told to serve: what it is not to.
void brief_of_quarantine(Pool& pool, const SeatRef& place);
// `route`: "POST /orders", or "/orders" for every method of it; empty: all. Returns how many.
// Errors: no such service, or no such route in quarantine; the text names those that are.
Result<size_t> lift_quarantine(MasterState& master, Pool& pool, const std::string& service,
                               const std::string& route);

}  // namespace svc
