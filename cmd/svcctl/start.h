// start.h — what start and restart have in common.
#pragma once

#include <string>
#include <vector>

#include "cmd/svcctl/session.h"
#include "config/config.h"

namespace svc {

// Where a server in the background logs: its configuration's file, or the file `log` in its runtime
// directory.
std::string log_path_of(const Config& config);

// What runs the server: svcd beside this program, for the same file, with the same values on top.
Result<std::vector<std::string>> server_command(const Session& session);

// Starts the server in the background and says where it listens. Returns the exit status.
int start_and_report(const Session& session, const Config& config);

}  // namespace svc
