// check.h — what can't be seen in one setting alone: the parts of a configuration must fit
// together.
#pragma once

#include "config/errors.h"
#include "config/load.h"
#include "config/resolve.h"
#include "config/tree.h"

namespace svc {

inline constexpr uint32_t kWorkersSumMax = 512;  // Of all services: a board has 1024 slots, and two
                                                 // generations may live at once.

// Reports at the values concerned; settings in `resolved.bad` are left out.
void check_config(const Resolved& resolved, const Node& root, const LoadRequest& request,
                  ConfigErrors& errors);

}  // namespace svc
