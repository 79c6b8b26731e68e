// background.h — starts a server that outlives svcctl, and waits until it is ready or has given up.
//
// The server gets a session of its own (setsid(2)), /dev/null to read, the log to write, one end of
// a pipe to report on, and nothing else that svcctl holds. If svcctl is interrupted meanwhile
// (SIGINT, SIGTERM), the server is told to stop: a start that was called off leaves nothing behind.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

// The program `name` beside the running one. Errors: readlink(2)'s; no_such_file_or_directory.
Result<std::string> sibling_program(std::string_view name);

// Makes this process the program. Returns only with an error.
Error become(const std::vector<std::string>& command);

struct BackgroundCommand {
  std::vector<std::string> command;  // "--ready-fd N" is added.
  Fd log;                            // stdout and stderr.
  std::function<void(std::string_view)> on_progress;
};

// The server's process id, once it is ready. Errors: its own reason; how it ended if it gave none;
// operation_canceled after an interruption; what pipe2(2) and fork(2) say.
Result<pid_t> start_in_background(BackgroundCommand command);

// Whether there is no such process, or only its remains that nobody has waited for yet.
bool has_ended(pid_t pid);

}  // namespace svc
