// worker_signals.h — which signals a worker hears, and how.
#pragma once

#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

// TERM becomes something to read: a signalfd(2) for the loop. A terminal's Ctrl-C and Ctrl-\ reach
// the whole process group: they are the master's business, and it tells workers what to do; these
// and others that mean something to it are ignored. Errors: of the system calls.
Result<Fd> take_worker_signals();

}  // namespace svc
