// scope.h — a group of routes, as the application keeps it: prefix, what is around them, the shape
// of their errors.
//
// Scopes are a tree: the application, its groups and mounted sub-applications, theirs. Sealed with
// the application; read only from then on.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/sdk/middleware.h"
#include "core/sdk/problem.h"
#include "core/sdk/route.h"
#include "core/sdk/route_group.h"

namespace svc {

struct RouteTable;

struct RouteScope {
  explicit RouteScope(RouteTable& of, RouteScope* above = nullptr) : table(of), parent(above) {}

  RouteTable& table;
  RouteScope* parent = nullptr;
  std::string prefix;  // With the parents': "/v1/orders"; empty for the application itself.
  std::vector<Middleware> middleware;
  std::vector<std::string> tags;
  std::function<Response(const Problem&)> error_shape;
  // Each is called while the exception is being handled, and may rethrow it to look at it.
  std::vector<std::function<ExceptionAnswer()>> exceptions;

  std::vector<const Middleware*> chain;  // From the outermost; made by seal().

  // The nearest one that has it; the application's own shape where nobody has.
  const RouteScope& shaper() const noexcept;
  // REQUIRES: an exception is being handled. Rules of this scope first, then its parents'.
  ExceptionAnswer judge_exception() const;
};

struct RouteTable {
  std::vector<std::unique_ptr<Route>> routes;       // A Route& that the service holds stays valid.
  std::vector<std::unique_ptr<RouteScope>> scopes;  // The first one is the application.
  bool sealed = false;

  RouteTable();
  RouteScope& root() noexcept { return *scopes.front(); }
  RouteScope& add_scope(RouteScope& parent, std::string_view prefix);
  void seal();  // Makes the chains.
  // The one with the longest prefix of `path`, whole segments: who sees a request without a route.
  const RouteScope& scope_of(std::string_view path) const noexcept;
};

}  // namespace svc
