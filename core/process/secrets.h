// secrets.h — what the master knows of other services, made unreadable in a worker.
//
// Why: a worker that is taken over should find its own service's password in its memory, not all of
// them. Only values that may be secret: environment variables and options.
//
// Process: a worker, right after fork(2).
#pragma once

#include "core/process/master_state.h"

namespace svc {

void wipe(ServiceConfig& service) noexcept;
// All services but `kept`, in the configuration in force and in every live generation.
void wipe_others(MasterState& master, const std::string& kept) noexcept;

}  // namespace svc
