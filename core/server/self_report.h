// self_report.h — what a worker writes about itself at each beat, and what it may see of others.
//
// Process and thread: the worker's loop.
#pragma once

#include "core/base/result.h"
#include "core/loop/event_loop.h"
#include "core/loop/offload.h"
#include "core/process/worker_start.h"

namespace svc {

// The sign of life, how busy the loop was since the last one, what waits for the pool. `busy_told`:
// what has been told so far.
void tell_beat(WorkerSlot& slot, EventLoop& loop, const OffloadPool& pool, Duration& busy_told);

// A worker of `builtin = "admin"` sees the board and what the master posts; others nothing. Errors:
// BulletinReader::attach()'s.
Result<> take_observation(WorkerStart& start);

}  // namespace svc
