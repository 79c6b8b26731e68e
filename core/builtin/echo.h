// echo.h — builtin = "echo": /anything and all below it answer with the request itself.
//
// What a proxy, a load balancer or a client library really sends is seen from what comes back. It
// takes no options.
#pragma once

#include "core/sdk/app.h"

namespace svc {

// Also for services that want these routes beside their own.
SVC_API void echo_routes(App& app);

}  // namespace svc
