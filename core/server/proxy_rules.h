// proxy_rules.h — from a service's settings to whom and what the HTTP server believes.
#pragma once

#include "config/config.h"
#include "core/base/result.h"
#include "core/http/forwarded.h"

namespace svc {

// Errors: TrustedPeers::parse's, which loading the configuration has asked before.
Result<ProxyRules> proxy_rules(const ServiceConfig& service);

}  // namespace svc
