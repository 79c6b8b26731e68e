// init.h — what svcd does when it is PID 1: as little as an init must.
//
// Why: in a container the first process inherits every orphan, and is the one that signals are sent
// to. The master stays an ordinary child, so that an upgrade, which ends the old master, doesn't
// end the container.
//
// Process: PID 1 itself. It waits for signals and nothing else: forwards those for the master,
// reaps strangers, and leaves when the master does, or the one that followed it in an upgrade. Its
// own death ends everything below it.
#pragma once

#include <functional>

#include "core/base/api.h"

namespace svc {

// Runs `body` in a child, and returns the child's exit status (128 + signal if it was killed) once
// it has ended. Returns in the child, too, with what `body` returned. 1 and a line on stderr when
// the child can't be made. The signals it forwards stay blocked in the calling process.
SVC_API int run_as_init(const std::function<int()>& body);

// run_as_init() as PID 1, plain body() otherwise.
SVC_API int run_as_init_if_pid1(const std::function<int()>& body);

// In the child: where init is told (a pid_t, written as it is) who follows the master, whose end
// doesn't end it then. -1: we don't run under init.
SVC_API int init_line() noexcept;

}  // namespace svc
