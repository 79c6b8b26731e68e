// status.h — the documents that the control socket answers with: what the master knows, as JSON.
//
// status   {"name","pid","version","generation","state","uptime_s","config","log",
//           "services":[{"name","state","generation","listen":[…],"workers_wanted","restarts",
//             "requests","last_death" (or null),
//             "workers":[{"index","pid","state","generation","uptime_s","requests","in_flight",
//                         "connections","connections_accepted","rss_bytes"}]}]}
// routes   {"services":[{"name","routes":[{"method","pattern"}]}]}
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
