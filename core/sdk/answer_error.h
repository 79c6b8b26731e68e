// answer_error.h — what a client is told about an error: by the scope that the request fell in.
#pragma once

#include <optional>

#include "core/sdk/problem.h"
#include "core/sdk/response.h"
#include "core/sdk/scope.h"

namespace svc {

// In the shape of on_error, of the nearest scope that has one; a shape that fails itself is logged,
// and the default one taken.
Response shape_problem(const Problem& problem, const RouteScope& scope);
// REQUIRES: an exception is being handled, and is no Cancelled. nullopt: neither a Problem nor
// known to on_exception.
std::optional<Response> answer_to_exception(const RouteScope& scope);

}  // namespace svc
