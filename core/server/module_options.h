// module_options.h — `[service.X.options]` on its way from the configuration to a module.
#pragma once

#include "config/config.h"
#include "core/sdk/options.h"

namespace svc {

Options module_options(const ServiceConfig& service);

}  // namespace svc
