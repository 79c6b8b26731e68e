// app.h — a service while it is put together, and the Application that answers its requests.
//
//   void routes(svc::App& app) {
//     app.get("/hello/{name}", [](std::string name) { return "hello " + name; });
//   }
//   SVC_SERVICE(hello, routes)
//
// A handler's parameters say what it wants of a request, by their types (man svc-service); what
// can't be is refused by the compiler. Routes are made once, before serving: seal() closes the
// table.
//
// Process and thread: the worker's loop. Handlers run in fibers of it, or in its pool of threads.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/http/application.h"
#include "core/sdk/client/upstream_options.h"
#include "core/sdk/openapi/openapi.h"
#include "core/sdk/options.h"
#include "core/sdk/route_group.h"

namespace svc {

class Upstreams;

class SVC_API App final : public Application, public RouteGroup {
 public:
  explicit App(Options options = Options());
  ~App() override;
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // A part of the service that was written as one of its own: its routes under a prefix, its
  // middleware and errors around these alone. `routes` gets an App of its own, which shares this
  // one's options and hooks.
  void mount(GroupPrefix prefix, const std::function<void(App&)>& routes);

  // What /openapi.json and /docs say, or that they are not to be there. Not of a mounted service,
  // whose routes are in the document of the one that it is mounted in.
  void openapi(OpenApi settings);

  // In each worker: before it is ready (an exception ends its boot), and at its end, the last
  // one first.
  void on_start(std::function<void()> hook);
  void on_stop(std::function<void()> hook);

  // Another service that handlers call: ctx.http("prices"). Its addresses stand in the
  // configuration, [service.X.upstreams.prices], or here; with neither the worker doesn't boot.
  void upstream(std::string name);
  void upstream(std::string name,
                UpstreamOptions options);   // Where the configuration says nothing.
  void url_calls(UpstreamOptions options);  // For calls to URLs, ctx.http("http://…"), per origin.

  using RouteGroup::options;  // The method OPTIONS.
  const Options& options() const noexcept;

  // ---- For who hosts an App: the worker, a standalone program, svc::testing::Client.

  void set_version(std::string_view version);  // The module's, for the document.
  Upstreams& upstreams() noexcept;             // Configured before the routes are made.
  // Ends the making of routes. Errors: a pattern that is malformed or taken, naming the route.
  Result<> seal();
  Result<> start();      // The on_start hooks. Errors: what one of them threw.
  void stop() noexcept;  // The on_stop hooks of what was started; exceptions are logged.

  const RoutePlan& plan(const RequestHead& head) noexcept override;
  void serve(Exchange& exchange) override;
  std::pair<std::string, std::string_view> refusal(int status,
                                                   std::string_view detail) noexcept override;
  std::span<const RouteInfo> routes() const noexcept override;

 private:
  struct State;

  App(std::unique_ptr<State> state, Options options);
  App(State& shared, RouteScope& scope) noexcept;  // Mounted.

  void serve_route(const Route& route, Exchange& exchange);
  void serve_unrouted(const RouteScope& scope, Exchange& exchange);
  const RouteScope& scope_without_route(const RequestHead& head) const noexcept;

  std::unique_ptr<State> own_state_;  // Not of a mounted one.
  State* state_;
};

}  // namespace svc
