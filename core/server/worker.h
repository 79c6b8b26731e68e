// worker.h — what a forked worker does: load the service, say ready, serve, drain, leave.
//
// Process: the worker. Thread: one with the loop, plus the pool for blocking work. Clock: the
// loop's.
#pragma once

#include "core/process/worker_start.h"
#include "core/sdk/module.h"

namespace svc {

// A WorkerMain (core/process/worker_start.h). `linked`: the service is part of this program (its
// own program, a builtin) and nothing is loaded. Returns the exit status: 0 after a drain, 1 when
// the boot failed; why has been told over the channel.
int worker_main(WorkerStart start, const ModuleInfo* linked = nullptr);

}  // namespace svc
