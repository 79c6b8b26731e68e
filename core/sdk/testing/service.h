// service.h — the service that a test program is linked with: svc_add_service(… TESTS …).
//
//   svc::testing::Client client(svc::testing::service());
#pragma once

#include <functional>

#include "core/sdk/module.h"

extern "C" const svc::ModuleInfo svc_module;  // Made by SVC_SERVICE.

namespace svc::testing {

inline std::function<void(App&)> service() { return svc_module.routes; }

}  // namespace svc::testing
