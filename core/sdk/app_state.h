// app_state.h — what an App holds; between app.cc, which fills it, and serve.cc, which reads it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/http/router.h"
#include "core/sdk/app.h"
#include "core/sdk/client/upstreams.h"
#include "core/sdk/openapi/pages.h"
#include "core/sdk/scope.h"

namespace svc {

struct App::State {
  Options options;
  Upstreams upstreams;  // Of mounted services too.
  RouteTable made;
  std::vector<RouteInfo> table;  // The same routes, in the same order, for others.
  std::vector<RoutePlan> plans;  // The same, for the server.
  Router router;
  std::vector<std::unique_ptr<App>> mounted;  // Handlers may refer to them.
  std::string refusal_type;  // Content-Type of the last refusal, which the caller only views.
  OpenApiPages pages;
  std::vector<std::function<void()>> start_hooks;
  std::vector<std::function<void()>> stop_hooks;
  bool started = false;
};

}  // namespace svc
