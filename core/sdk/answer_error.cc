#include "core/sdk/answer_error.h"

#include "core/base/log.h"
#include "core/loop/fiber.h"

namespace svc {
namespace {

// A rule that throws a Problem has said what it wants; any other exception is its own failure.
ExceptionAnswer judge(const RouteScope& scope) {
  try {
    return scope.judge_exception();
  } catch (const Problem& problem) {
    return problem;
  } catch (const std::exception& failure) {
    log::error("on_exception failed: {}", failure.what());
    return Problem(500);
  }
}

}  // namespace

Response shape_problem(const Problem& problem, const RouteScope& scope) {
  const RouteScope& shaper = scope.shaper();
  if (!shaper.error_shape) return problem.response();
  try {
    Response response = shaper.error_shape(problem);
    check_status(response.status());
    problem.add_headers_to(response);
    return response;
  } catch (const std::exception& e) {
    log::error("on_error failed: {}", e.what());
    return problem.response();
  }
}

std::optional<Response> answer_to_exception(const RouteScope& scope) {
  ExceptionAnswer answer = judge(scope);
  if (auto* const response = std::get_if<Response>(&answer)) return std::move(*response);
  if (const auto* const problem = std::get_if<Problem>(&answer)) {
    return shape_problem(*problem, scope);
  }
  try {
    throw;
  } catch (const Problem& problem) {
    return shape_problem(problem, scope);
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace svc
