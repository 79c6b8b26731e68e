#include "core/sdk/route_group.h"

#include "core/base/check.h"
#include "core/sdk/scope.h"

namespace svc {

RouteGroup RouteGroup::group(GroupPrefix prefix) const {
  return RouteGroup(scope_->table.add_scope(*scope_, prefix.text()));
}

RouteGroup& RouteGroup::use(Middleware middleware) {
  SVC_CHECK(!scope_->table.sealed);
  scope_->middleware.push_back(std::move(middleware));
  return *this;
}

RouteGroup& RouteGroup::tags(std::initializer_list<std::string_view> names) {
  scope_->tags.insert(scope_->tags.end(), names.begin(), names.end());
  return *this;
}

Route& RouteGroup::add_route(std::string_view method, std::string_view pattern,
                             detail::ErasedHandler handler) {
  SVC_CHECK(!scope_->table.sealed);
  std::string path = scope_->prefix;
  path += pattern;
  if (path.empty()) throw std::invalid_argument("a pattern begins with '/'");
  auto& routes = scope_->table.routes;
  routes.push_back(std::make_unique<Route>(*scope_, method, path, std::move(handler)));
  return *routes.back();
}

void RouteGroup::set_error_shape(std::function<Response(const Problem&)> shape) {
  scope_->error_shape = std::move(shape);
}

void RouteGroup::add_exception_rule(std::function<ExceptionAnswer()> rule) {
  scope_->exceptions.push_back(std::move(rule));
}

}  // namespace svc
