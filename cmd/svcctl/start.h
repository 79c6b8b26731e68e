// start.h — what start and restart have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cmd/svcctl/session.h"
#include "config/config.h"

namespace svc {

// Whether a log's target is no file.
bool is_stream(std::string_view target);

// Where a server in the background logs: its configuration's file, or the file `log` in its runtime
// directory.
std::string log_path_of(const Config& config);

// What runs the server: svcd beside this program, for the same file, with the same values on top.
Result<std::vector<std::string>> server_command(const Session& session);

// Fails for root where a systemd unit runs the environment: a server of root's own would run its
// services as root, and the unit couldn't take over what it leaves. `verb`: what systemctl(1) says.
Result<> check_is_not_the_units(const Session& session, std::string_view verb);

// Starts the server in the background and says where it listens. Returns the exit status.
int start_and_report(const Session& session, const Config& config);

}  // namespace svc
