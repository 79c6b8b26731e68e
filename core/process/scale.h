// scale.h — another number of workers for a service: by command, by signal, by load; or none.
//
// Why no socket is closed: a reuseport socket that closes resets its queue. One without a worker
// of its own is steered away from, accepted by a sibling, and used again at growth.
//
// Until the next reload, which starts as many workers as the configuration says.
//
// Process: the master.
#pragma once

#include <string>

#include "config/value.h"
#include "core/process/pool.h"

namespace svc {

// Not during a start, a reload, an upgrade, a stop; the error says which.
Result<> may_scale(const MasterState& master);
// REQUIRES: may_scale(), the service serves, 1 <= workers <= kWorkersMax. Errors: Listener::open's,
// no_space_on_device.
Result<> scale(MasterState& master, Pool& pool, const std::string& service, size_t workers);
// Every service with a fixed number (SIGTTIN, SIGTTOU); never below one worker.
void scale_all(MasterState& master, Pool& pool, int by);
void drain_workers(MasterState& master);  // Listeners stay: clients wait for a reload.

}  // namespace svc
