// diff.h — what differs between the running configuration and the next, and what that takes.
//
// Why: a reload must know whether it can do what the new file says. What only a restart can change
// is refused, so that nobody believes in a setting that isn't in force.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/schema.h"

namespace svc {

struct ConfigChange {
  std::string path;  // "service.users.http.body_max"; "service.users" when it came or went.
  std::string old_text, new_text;  // As in a file; empty: the service isn't there.
  Change change{};
};

SVC_API std::vector<ConfigChange> diff(const Config& running, const Config& next);

// One sentence that names everything which needs a restart, or empty.
SVC_API std::string needs_restart(const std::vector<ConfigChange>& changes);

}  // namespace svc
