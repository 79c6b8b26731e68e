// app_state.h — what an App holds; between app.cc, which fills it, and serve.cc, which reads it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/http/router.h"
#include "core/sdk/app.h"

namespace svc {

struct App::State {
  Options options;
  std::vector<std::unique_ptr<Route>> routes;  // A Route& that the service holds stays valid.
  std::vector<RouteInfo> table;                // The same, in the same order, for others.
  Router router;
  std::function<Response(const Problem&)> error_shape;
  std::string refusal_type;  // Content-Type of the last refusal, which the caller only views.
  std::vector<std::function<void()>> start_hooks;
  std::vector<std::function<void()>> stop_hooks;
  bool sealed = false;
  bool started = false;
};

}  // namespace svc
