// scale.h — one worker more or fewer, in services with a fixed number (SIGTTIN, SIGTTOU); all of
// them drained (SIGWINCH).
//
// Why no socket is closed: a reuseport socket that closes resets its queue. One without a worker
// of its own is accepted by a sibling, and used again at growth.
//
// Until the next reload, which starts as many workers as the configuration says.
//
// Process: the master.
#pragma once

#include "core/process/pool.h"

namespace svc {

void grow(MasterState& master, Pool& pool);
void shrink(MasterState& master, Pool& pool);  // Never below one worker.
void drain_workers(MasterState& master);       // Listeners stay: clients wait for a reload.

}  // namespace svc
