// figures.h — numbers as people read them: at most six characters, of which the first ones count.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>

#include "cmd/svcctl/status_document.h"
#include "core/base/clock.h"

namespace svc {

std::string spoken_time(double seconds);     // "2h5m", "3m20s", "12s"
std::string spoken_rate(double per_second);  // "0", "0.4", "1034", "120k"
std::string spoken_latency(
    std::optional<Duration> took);        // "0.05ms", "1.2ms", "12ms", "1.5s"; "-": none
std::string spoken_memory(double bytes);  // "8.1M", "1.2G"

// "2 by own fault, 1 killed"; "" if there were none.
std::string reasons_text(const StatusService& service);
// "new connections pass by worker 0, 2, silent or down"; "" if they pass by none.
std::string passed_by_text(const StatusService& service);
// "generation 2 drains: 3 requests in flight, 1 worker left, cut off in 24s".
std::string draining_text(const StatusDraining& draining);
// "2 lines of the log, 40 lines of the access log": what a full disk or a stuck pipe has swallowed;
// "" if that is nothing.
std::string dropped_text(int64_t of_log, int64_t of_access_log);
// Without files and what is shared, as far as the master tells.
double memory_of(const StatusService& service);

}  // namespace svc
