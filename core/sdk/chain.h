// chain.h — one run through the middleware of one request, to its handler and back.
//
// Thread: the request's fiber. Lives on its stack.
#pragma once

#include <cstddef>
#include <span>

#include "core/sdk/function_ref.h"
#include "core/sdk/held_exchange.h"
#include "core/sdk/scope.h"

namespace svc {

class Chain {
 public:
  struct Parts {
    const RouteScope& scope;  // Whose errors and exceptions are spoken for.
    std::span<const Middleware* const> steps;
    Context& context;
    HeldExchange& exchange;
    FunctionRef handler;
  };
  explicit Chain(const Parts& parts) noexcept : parts_(parts) {}

  // The step at `index` and what follows; behind the last one the handler. What it throws is an
  // answer when this returns, if the scope knows one; else it passes.
  Outcome& run(size_t index);
  Outcome& answer(Response&& response);

 private:
  void step(size_t index);

  Parts parts_;
};

}  // namespace svc
