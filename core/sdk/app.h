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
#include "core/sdk/options.h"
#include "core/sdk/pattern.h"
#include "core/sdk/problem.h"
#include "core/sdk/route.h"
#include "core/sdk/signature.h"

namespace svc {

// RoutePlan::route of a request that no route takes: 404, 405, automatic OPTIONS.
inline constexpr uint32_t kRouteNone = UINT32_MAX;

class SVC_API App final : public Application {
 public:
  explicit App(Options options = Options());
  ~App() override;
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // GET answers HEAD as well, without the body, unless the path has a HEAD route of its own.
  template <class H>
  Route& get(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<false>("GET", pattern.text(), std::move(handler));
  }
  template <class H>
  Route& head(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<false>("HEAD", pattern.text(), std::move(handler));
  }
  template <class H>
  Route& post(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("POST", pattern.text(), std::move(handler));
  }
  template <class H>
  Route& put(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("PUT", pattern.text(), std::move(handler));
  }
  template <class H>
  Route& patch(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("PATCH", pattern.text(), std::move(handler));
  }
  template <class H>
  Route& del(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("DELETE", pattern.text(), std::move(handler));
  }
  // A path whose OPTIONS nobody has taken answers by itself: 204 with Allow.
  template <class H>
  Route& options(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("OPTIONS", pattern.text(), std::move(handler));
  }
  // Every method; a route of a method of its own on the same path comes first.
  template <class H>
  Route& any(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("*", pattern.text(), std::move(handler));
  }

  // Another shape for every error, the server's own refusals included: a function of
  // (const svc::Problem&) to a Response, or to a value that becomes JSON with the problem's status.
  template <class F>
  void on_error(F shape) {
    using R = std::remove_cvref_t<std::invoke_result_t<F&, const Problem&>>;
    if constexpr (std::is_same_v<R, Response>) {
      set_error_shape(std::move(shape));
    } else {
      set_error_shape([shape = std::move(shape)](const Problem& problem) mutable {
        return Response::of(shape(problem), problem.status());
      });
    }
  }

  // In each worker: before it is ready (an exception ends its boot), and at its end, the last
  // one first.
  void on_start(std::function<void()> hook);
  void on_stop(std::function<void()> hook);

  const Options& options() const noexcept;

  // ---- For who hosts an App: the worker, a standalone program, svc::testing::Client.

  // Ends the making of routes. Errors: a pattern that is malformed or taken, naming the route.
  Result<> seal();
  Result<> start();      // The on_start hooks. Errors: what one of them threw.
  void stop() noexcept;  // The on_stop hooks of what was started; exceptions are logged.

  RoutePlan plan(const RequestHead& head) noexcept override;
  void serve(Exchange& exchange) override;
  std::pair<std::string, std::string_view> refusal(int status,
                                                   std::string_view detail) noexcept override;
  std::span<const RouteInfo> routes() const noexcept override;

 private:
  struct State;

  template <bool TakesBody, class H>
  Route& add(std::string_view method, std::string_view pattern, H handler) {
    detail::check_handler<H, TakesBody>();
    if constexpr (detail::SignatureOf<H>::placed) {
      return add_route(method, pattern, detail::erase_handler(std::move(handler)));
    }
  }
  Route& add_route(std::string_view method, std::string_view pattern,
                   detail::ErasedHandler handler);
  void set_error_shape(std::function<Response(const Problem&)> shape);

  void serve_route(const Route& route, Exchange& exchange);
  void serve_unrouted(Exchange& exchange);
  void answer_problem(const Problem& problem, Exchange& exchange);

  std::unique_ptr<State> state_;
};

}  // namespace svc
