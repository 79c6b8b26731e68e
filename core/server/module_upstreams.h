// module_upstreams.h — [service.X.upstreams] as the SDK takes it.
#pragma once

#include <vector>

#include "config/config.h"
#include "core/sdk/client/upstreams.h"

namespace svc {

std::vector<ConfiguredUpstream> module_upstreams(const ServiceConfig& service);

}  // namespace svc
