// builtins.h — the services that svcd brings along: `builtin = "echo"` in the place of a module.
//
// Why modules of their own kind: a builtin is routes and a name, as SVC_SERVICE makes them; a
// worker runs it in the very same way, only that nothing has to be loaded.
//
// Processes: names in svcd, in svcctl and in the master (which checks the configuration with them);
// routes in workers only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/sdk/module.h"

namespace svc {

// nullptr: there is none of that name.
SVC_API const ModuleInfo* find_builtin(std::string_view name) noexcept;
// For LoadRequest::builtins.
SVC_API std::vector<std::string> builtin_names();

}  // namespace svc
