#include "core/sdk/scope.h"

#include <algorithm>

#include "core/base/check.h"

namespace svc {

Guard::~Guard() = default;
std::span<const ParameterInfo> Guard::parameters() const noexcept { return {}; }

Middleware::Middleware(std::shared_ptr<Guard> guard, int)
    : run_([guard](Context& ctx, Next& next) { guard->around(ctx, next); }),
      name_(guard->name()),
      guard_(std::move(guard)) {}

const RouteScope& RouteScope::shaper() const noexcept {
  const RouteScope* scope = this;
  while (!scope->error_shape && scope->parent != nullptr) scope = scope->parent;
  return *scope;
}

ExceptionAnswer RouteScope::judge_exception() const {
  for (const RouteScope* scope = this; scope != nullptr; scope = scope->parent) {
    for (const auto& rule : scope->exceptions) {
      ExceptionAnswer answer = rule();
      if (!std::holds_alternative<std::monostate>(answer)) return answer;
    }
  }
  return {};
}

RouteTable::RouteTable() { scopes.push_back(std::make_unique<RouteScope>(*this)); }

RouteScope& RouteTable::add_scope(RouteScope& parent, std::string_view prefix) {
  SVC_CHECK(!sealed);
  auto scope = std::make_unique<RouteScope>(*this, &parent);
  scope->prefix = parent.prefix;
  scope->prefix += prefix;
  scopes.push_back(std::move(scope));
  return *scopes.back();
}

void RouteTable::seal() {
  SVC_CHECK(!sealed);
  sealed = true;
  for (const auto& scope : scopes) {  // Parents come before their children.
    if (scope->parent != nullptr) scope->chain = scope->parent->chain;
    for (const Middleware& step : scope->middleware) scope->chain.push_back(&step);
  }
  for (const auto& route : routes) route->seal();
}

const RouteScope& RouteTable::scope_of(std::string_view path) const noexcept {
  const RouteScope* best = scopes.front().get();
  for (const auto& scope : scopes) {
    const std::string& prefix = scope->prefix;
    const bool inside =
        path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
    // Of two with the same prefix the first one: nobody can say which was meant.
    if (inside && prefix.size() > best->prefix.size()) best = scope.get();
  }
  return *best;
}

}  // namespace svc
