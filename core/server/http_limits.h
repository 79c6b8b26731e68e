// http_limits.h — from a service's settings to the plain numbers of the HTTP server.
#pragma once

#include "config/config.h"
#include "core/http/limits.h"

namespace svc {

HttpLimits http_limits(const ServiceConfig& service);

}  // namespace svc
