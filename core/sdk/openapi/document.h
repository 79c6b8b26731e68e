// document.h — the OpenAPI 3.1 document of a service, printed from its routes.
//
// What it says comes from the handlers' types (handler_info.h), from what is around them (guards,
// credentials) and from what was said about them (route_notes.h). The same routes give the same
// bytes, in every worker and every run.
#pragma once

#include <string>

#include "core/sdk/openapi/openapi.h"
#include "core/sdk/scope.h"

namespace svc {

// REQUIRES: `table` is sealed.
std::string print_openapi(const OpenApi& settings, const RouteTable& table);

}  // namespace svc
