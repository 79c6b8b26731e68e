// stop.h — what stop and restart have in common.
#pragma once

#include "cmd/svcctl/session.h"

namespace svc {

enum class Stopped : uint8_t { yes, was_not_running };

// Asks the master to stop and waits until its process has ended, however long it drains. Errors:
// Session::ask()'s; timed_out if the process stays although it said that it was done.
Result<Stopped> stop_server(const Session& session);

}  // namespace svc
