// serve.cc — App as the HTTP server sees it: a plan for each request, then its answer.
#include "core/base/log.h"
#include "core/loop/fiber.h"
#include "core/sdk/app.h"
#include "core/sdk/app_state.h"
#include "core/sdk/call.h"

namespace svc {
namespace {

void log_failure(const Exchange& exchange, const Route& route, std::string_view what) {
  log::error("request {:016x}: {} {} failed: {}", exchange.id(), exchange.head().method_text,
             route.pattern(), what);
}

}  // namespace

RoutePlan App::plan(const RequestHead& head) noexcept {
  const RouteMatch match = state_->router.match(head.method, head.method_text, head.path);
  if (match.kind == RouteMatch::Kind::found) return state_->routes[match.route]->plan(match.route);
  RoutePlan plan;
  plan.body = BodyMode::ignored;
  plan.route = kRouteNone;
  return plan;
}

void App::serve(Exchange& exchange) {
  if (const auto* route = static_cast<const Route*>(exchange.plan().handler)) {
    serve_route(*route, exchange);
  } else {
    serve_unrouted(exchange);
  }
}

// Every exception but Cancelled ends here, unless a part of the answer is already out: then only
// cutting the connection tells the client, which is the server's doing.
void App::serve_route(const Route& route, Exchange& exchange) {
  const RequestHead& head = exchange.head();
  PathParameters path;
  if (route.has_placeholders()) {
    path = state_->router.match(head.method, head.method_text, head.path).parameters;
  }
  Call call(*this, route, exchange, path);
  try {
    return route.run(call);
  } catch (const Problem& problem) {
    if (exchange.answered()) throw;
    answer_problem(problem, exchange);
  } catch (const std::exception& e) {
    if (exchange.answered()) throw;
    log_failure(exchange, route, e.what());
    answer_problem(Problem(500), exchange);
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    if (exchange.answered()) throw;
    log_failure(exchange, route, "an exception that is no std::exception");
    answer_problem(Problem(500), exchange);
  }
}

void App::serve_unrouted(Exchange& exchange) {
  const RequestHead& head = exchange.head();
  const RouteMatch match = state_->router.match(head.method, head.method_text, head.path);
  switch (match.kind) {
    case RouteMatch::Kind::options: {
      ResponseHead answer(204);
      answer.add("Allow", match.allow);
      return exchange.respond(std::move(answer), {});
    }
    case RouteMatch::Kind::method_not_allowed:
      return answer_problem(Problem(405).header("Allow", match.allow), exchange);
    case RouteMatch::Kind::not_implemented:
      return answer_problem(Problem(501), exchange);
    case RouteMatch::Kind::found:  // plan() would have said so.
    case RouteMatch::Kind::not_found:
      return answer_problem(Problem(404), exchange);
  }
}

void App::answer_problem(const Problem& problem, Exchange& exchange) {
  Response response = problem.response();
  if (state_->error_shape) {
    try {
      response = state_->error_shape(problem);
      check_status(response.status());
      problem.add_headers_to(response);
    } catch (const std::exception& e) {
      log::error("on_error failed: {}", e.what());
      response = problem.response();
    }
  }
  exchange.respond(std::move(response.head()), std::move(response).take_body());
}

std::pair<std::string, std::string_view> App::refusal(int status,
                                                      std::string_view detail) noexcept {
  try {
    const Problem problem(status, std::string(detail));
    Response response = state_->error_shape ? state_->error_shape(problem) : problem.response();
    state_->refusal_type = response.header("Content-Type").value_or(kTextType);
    return {std::move(response).take_body(), state_->refusal_type};
  } catch (...) {
    return {{}, kTextType};  // The status alone says it.
  }
}

}  // namespace svc
