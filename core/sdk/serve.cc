// serve.cc — App as the HTTP server sees it: a plan for each request, then its answer.
#include "core/base/log.h"
#include "core/http/spoken_id.h"
#include "core/loop/fiber.h"
#include "core/sdk/answer_error.h"
#include "core/sdk/app.h"
#include "core/sdk/app_state.h"
#include "core/sdk/call.h"
#include "core/sdk/chain.h"
#include "core/sdk/exception_text.h"
#include "core/sdk/send_response.h"

namespace svc {
namespace {

// REQUIRES: an exception is being handled. What nobody knows is a failure of the service's code.
Response answer_to_failure(const RouteScope& scope, const Exchange& exchange,
                           std::string_view route) {
  if (auto answer = answer_to_exception(scope)) return *std::move(answer);
  log::error("{} {} failed: {} (request {})", exchange.head().method_text, route, exception_text(),
             spoken_id(exchange));
  return shape_problem(Problem(500), scope);
}

Response answer_without_route(const RouteMatch& match, const Router& router, std::string_view path,
                              const RouteScope& scope) {
  switch (match.kind) {
    case RouteMatch::Kind::options:
      return Response(204).header("Allow", router.allow(path));
    case RouteMatch::Kind::method_not_allowed:
      return shape_problem(
          Problem(405, "this path does not take the method").header("Allow", router.allow(path)),
          scope);
    case RouteMatch::Kind::not_implemented:
      return shape_problem(Problem(501, "nothing here takes the method"), scope);
    case RouteMatch::Kind::found:  // plan() would have said so.
    case RouteMatch::Kind::not_found:
      break;
  }
  return shape_problem(Problem(404, "there is nothing at this path"), scope);
}

}  // namespace

const RoutePlan& App::plan(const RequestHead& head) noexcept {
  const RouteMatch match = state_->router.match(head.method, head.method_text, head.path);
  if (match.kind == RouteMatch::Kind::found && !state_->pages.take(head)) {
    return state_->plans[match.route];
  }
  return kUnroutedPlan;
}

// Every exception but Cancelled ends here, unless a part of the answer is already out: then only
// cutting the connection tells the client, which is the server's doing.
void App::serve(Exchange& exchange) {
  const auto* const route = static_cast<const Route*>(exchange.plan().handler);
  const RouteScope& scope =
      route != nullptr ? route->scope() : scope_without_route(exchange.head());
  try {
    if (route != nullptr) {
      serve_route(*route, exchange);
    } else {
      serve_unrouted(scope, exchange);
    }
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    if (exchange.answered()) throw;
    const std::string_view name = route != nullptr ? route->pattern() : exchange.head().path;
    send_response(answer_to_failure(scope, exchange, name), exchange);
  }
}

// The pages about the service belong to all of it, wherever their paths lie.
const RouteScope& App::scope_without_route(const RequestHead& head) const noexcept {
  return state_->pages.take(head) ? state_->made.root() : state_->made.scope_of(head.path);
}

void App::serve_route(const Route& route, Exchange& exchange) {
  const RequestHead& head = exchange.head();
  PathParameters path;
  if (route.has_placeholders()) {
    path = state_->router.match(head.method, head.method_text, head.path).parameters;
  }
  if (route.chain().empty()) {
    Call call(*this, route, exchange, path);
    return route.run(call);
  }
  HeldExchange held(exchange);
  Call call(*this, route, held, path);
  const auto handler = [&] {
    if (route.reads_late()) held.read_body();
    route.run(call);
  };
  Chain chain({route.scope(), route.chain(), call.context(), held, handler});
  chain.run(0);
  call.context().later_is_due();
  held.release();
}

// No route takes it, but who is around the routes of this prefix sees it: CORS has to answer
// OPTIONS, and a log wants the 404.
void App::serve_unrouted(const RouteScope& scope, Exchange& exchange) {
  const RequestHead& head = exchange.head();
  const auto answer = [&] {
    if (state_->pages.take(head)) return state_->pages.answer(head, state_->made);
    const RouteMatch match = state_->router.match(head.method, head.method_text, head.path);
    return answer_without_route(match, state_->router, head.path, scope);
  };
  if (scope.chain.empty()) return send_response(answer(), exchange);
  HeldExchange held(exchange);
  Request request(held);
  Context context(*this, held, request, {});
  const auto handler = [&] { held.replace(answer()); };
  Chain chain({scope, scope.chain, context, held, handler});
  chain.run(0);
  context.later_is_due();
  held.release();
}

std::pair<std::string, std::string_view> App::refusal(int status,
                                                      std::string_view detail) noexcept {
  try {
    const Problem problem(status, std::string(detail));
    const auto& shape = state_->made.root().error_shape;
    Response response = shape ? shape(problem) : problem.response();
    state_->refusal_type = response.header("Content-Type").value_or(kTextType);
    return {std::move(response).take_body(), state_->refusal_type};
  } catch (...) {
    return {{}, kTextType};  // The status alone says it.
  }
}

}  // namespace svc
