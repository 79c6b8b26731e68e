// resolve.h — the merged tree becomes a Config: each key is found in the table, each value
// converted.
#pragma once

#include <set>
#include <string>

#include "config/config.h"
#include "config/errors.h"
#include "config/load.h"
#include "config/tree.h"

namespace svc {

struct Resolved {
  Config config;
  std::set<std::string, std::less<>>
      bad;  // Paths whose value was refused: nothing follows from it.
};

// Fills what is good and reports what isn't: unknown keys, wrong types, out of bounds, modules that
// are nowhere. What depends on the system gets its default: name, runtime_dir, user, group.
Resolved resolve(const Node& root, const LoadRequest& request, ConfigErrors& errors);

}  // namespace svc
