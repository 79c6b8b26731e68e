// status.h — the documents that the control socket answers with: what the master knows, as JSON.
//
// status   {"name","pid","version","generation","state","uptime_s","at_s" (of a monotonic clock),
//           "config","log","log_lines_dropped" (by masters),
//           "services":[{"name","state","generation","uptime_s" (of that generation),
//             "listen":[…],"workers_wanted","restarts","recycled","requests","errors",
//             "log_lines_dropped","access_log_lines_dropped" (by its workers),
//             "recent":{"over_s","requests_per_s","errors_per_s","p50_ms","p99_ms"} (over the last
//             ten seconds, or what there is of them; null: no requests),"took":[…] (requests, by
//             the buckets of latency.h),"draining":[{"generation","workers","in_flight",
//             "killed_in_s"}],"drained" (by SIGWINCH: a reload brings it back),
//             "last_death" (or null),"on_probation","quarantined":[…],
//             "deaths":[{"at" (Unix time, s),"worker","pid","generation","reason","text"}] (the
//             latest ones),"restarts_by_reason":{…},"upstreams":[{"name","breaker","workers_open",
//             "ejected","requests","failures","retries","hedges","refused"}],
//             "workers":[{"index","slot","pid","state","generation","uptime_s","requests","in_flight",
//                         "connections","connections_accepted","rss_bytes",
//                         "memory_bytes" (but what is shared)}]}]}
// routes   {"services":[{"name","routes":[{"method","pattern", and if set "name",
//          "summary","deadline_ms","body_max","offload","around":[…]}]}]}
//
// Process: the master. Numbers that come from the board are claims.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/process/master_state.h"
#include "core/process/pool.h"

namespace svc {

std::string status_document(MasterState& master, const Pool& pool);
// Empty `service`: of all. Errors: no such service.
Result<std::string> routes_document(const MasterState& master, const std::string& service);
// "2 services, 4 of 4 workers ready": for systemctl status and progress lines.
std::string summary(const Facts& facts);
// "demo on 127.0.0.1:8080; admin on unix:/run/…": where the services listen.
std::string listening(const MasterState& master);
// A state for the whole: the worst of its services.
ServiceState overall_state(const Facts& facts);

}  // namespace svc
