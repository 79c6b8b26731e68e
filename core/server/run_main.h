// run_main.h — main() of the programs that serve: svcd, and a service's own program.
//
// Way through the code: command line (command_line.h) → configuration (config/load.h) → Master
// (core/process/master.h), which forks workers that run worker_main (worker.h).
#pragma once

#include "core/base/api.h"
#include "core/sdk/module.h"

namespace svc {

// svcd: serves what the configuration says. Returns the exit status: 0 after a stop, 1 when it
// could not serve, 2 for a wrong command line, 78 (EX_CONFIG, sysexits.h) for a wrong
// configuration.
SVC_API int run_main(int argc, char** argv);

// A service's own program (svc_add_service): the same server, with `module` linked in, on
// 127.0.0.1:8080 unless told otherwise.
SVC_API int standalone_main(int argc, char** argv, const ModuleInfo& module);

}  // namespace svc
