// credentials.h — which user the workers of a service are, and becoming that user.
//
// Why two steps: names are resolved by the master when a generation is made (the password database
// may be a file, or a network), so that a fork for a respawn needs nothing from outside.
//
// Processes: resolve_credentials() in the master, assume() in the child. Only root can change.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/base/result.h"

namespace svc {

struct Credentials {
  bool change = false;  // false: stay who the master is; the rest means nothing.
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;  // Supplementary.
};

// Empty names: no change; an empty group: the user's own. Errors: no such user or group; a change
// that takes root when the master isn't; an empty user beside a group.
Result<Credentials> resolve_credentials(const std::string& user, const std::string& group);

Result<uid_t> find_user(const std::string& name);  // Numbers are taken as they are.
Result<gid_t> find_group(const std::string& name);

// For good: verified afterwards, and that there is no way back. Errors: setgroups(2),
// setresgid(2), setresuid(2), operation_not_permitted when the kernel lied.
Result<> assume(const Credentials& credentials);

}  // namespace svc
