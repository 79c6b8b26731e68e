// drain_report.h — how far workers that are on their way out have come: for the status, and for who
// waits for a stop.
//
// Process: the master. Requests in flight are the workers' claims, within connections_max.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/process/facts.h"
#include "core/process/pool.h"

namespace svc {

// A generation that drains.
struct Draining {
  uint64_t generation = 0;
  size_t workers = 0;  // That are left.
  uint64_t in_flight = 0;
  Duration killed_in{};  // What is left then is cut off.
};
std::vector<Draining> draining_sets(const ServiceFacts& facts, const Pool& pool, Instant now);

// "draining: 3 requests in flight, 2 workers left, cut off in 24s", and where, if it is one service
// of several: "… (users)".
std::string drain_line(const Facts& facts, const Pool& pool, Instant now);

}  // namespace svc
