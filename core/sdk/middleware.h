// middleware.h — code around the handlers of a group: before them, after them, instead of them.
//
//   app.use([](svc::Context& ctx, svc::Next& next) {
//     if (ctx.request().header("X-Key") != key) throw svc::Problem(401);
//     next().header("X-Served-By", "shop");
//   });
//
// What a middleware may be, by its type:
//   void(Context&, Next&)      calls next(), or answers with next.answer(…), or throws a Problem
//   Response(Context&, Next&)  its result is the answer; `return std::move(next().response())`
//   void(Context&)             before the handler
//   std::optional<Response>(Context&)  before the handler; a Response is the answer instead
//
// Order: those of the application, of the groups from outside to inside, of the route; each in the
// order of use(). They are around every route of their group, also those that were added before,
// and around the 404 and 405 of paths that begin with its prefix.
// What a handler throws: a svc::Problem, or what on_exception() knows, is an answer before next()
// returns; anything else passes through next() and is logged and answered with 500 outside.
//
// Threads: the request's fiber. Many requests run one middleware at once.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "core/base/api.h"
#include "core/sdk/guard.h"
#include "core/sdk/outcome.h"

namespace svc {

class Chain;

// What comes after a middleware: the next one, or the handler.
class SVC_API Next {
 public:
  Next(Chain& chain, size_t index) noexcept : chain_(chain), index_(index) {}
  Next(const Next&) = delete;
  Next& operator=(const Next&) = delete;

  // Runs it, once: std::logic_error the second time. Valid until the middleware returns.
  Outcome& operator()();
  // An answer instead of it, or in place of what it has answered.
  Outcome& answer(Response response);
  bool called() const noexcept { return called_; }

 private:
  Chain& chain_;
  size_t index_;
  bool called_ = false;
};

class SVC_API Middleware {
 public:
  using Function = std::function<void(Context&, Next&)>;

  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Middleware> &&
           (std::is_invocable_v<F&, Context&, Next&> || std::is_invocable_v<F&, Context&>))
      Middleware(F function)  // NOLINT: a lambda is passed where this is expected.
      : run_(adapt(std::move(function))) {}
  // `name` is shown by `svcctl routes`.
  template <class F>
  Middleware(std::string name, F function) : Middleware(std::move(function)) {
    name_ = std::move(name);
  }
  template <std::derived_from<Guard> G>
  Middleware(std::shared_ptr<G> guard)  // NOLINT: the same.
      : Middleware(std::shared_ptr<Guard>(std::move(guard)), 0) {}

  const Function& function() const noexcept { return run_; }
  std::string_view name() const noexcept { return name_; }
  const Guard* guard() const noexcept { return guard_.get(); }  // nullptr: it is none.

 private:
  Middleware(std::shared_ptr<Guard> guard, int);

  template <class F>
  static Function adapt(F function) {
    if constexpr (std::is_invocable_v<F&, Context&, Next&>) {
      using R = std::remove_cvref_t<std::invoke_result_t<F&, Context&, Next&>>;
      static_assert(std::is_void_v<R> || std::is_same_v<R, Response>,
                    "svc: a middleware of (Context&, Next&) returns void or svc::Response");
      if constexpr (std::is_same_v<R, Response>) {
        return [f = std::move(function)](Context& ctx, Next& next) mutable {
          next.answer(f(ctx, next));
        };
      } else {
        return function;
      }
    } else {
      using R = std::remove_cvref_t<std::invoke_result_t<F&, Context&>>;
      static_assert(std::is_void_v<R> || std::is_same_v<R, std::optional<Response>>,
                    "svc: a middleware of (Context&) returns void or std::optional<svc::Response>");
      return [f = std::move(function)](Context& ctx, Next& next) mutable {
        if constexpr (std::is_void_v<R>) {
          f(ctx);
          next();
        } else if (std::optional<Response> answer = f(ctx)) {
          next.answer(*std::move(answer));
        } else {
          next();
        }
      };
    }
  }

  Function run_;
  std::string name_ = "middleware";
  std::shared_ptr<Guard> guard_;
};

}  // namespace svc
