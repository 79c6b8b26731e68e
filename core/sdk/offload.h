// offload.h — waiting without holding the worker, and work that really blocks.
//
//   app.get("/fib/{n}", [](svc::Int<0, 35> n) { return svc::offload([=] { return fib(n); }); });
//
// A handler has the loop's thread to itself until it waits. svc::sleep_for waits; svc::offload
// hands a function to the pool of threads and waits for it. In a pool thread streams and sleeps are
// passed back to the request's fiber, so the same code works on both sides.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/sdk/function_ref.h"

namespace svc {

namespace detail {
SVC_API void offload(FunctionRef job);
}

// Runs `function` in the pool and returns what it returns, by value; an exception that leaves it is
// rethrown here. Throws Problem 503 when the pool's queue is full. When the request is given up
// meanwhile: Cancelled, at once if the function has not begun (it never will), else when it has
// ended. In a destructor that an exception has called, Cancelled included, the function runs to its
// end nevertheless: it may be what has to be undone. Within a pool thread, or where there is no
// request (boot), `function` is simply called.
template <class Function>
auto offload(Function&& function) -> std::decay_t<std::invoke_result_t<Function&>> {
  using R = std::decay_t<std::invoke_result_t<Function&>>;
  if constexpr (std::is_void_v<R>) {
    detail::offload(function);
  } else {
    std::optional<R> result;
    detail::offload([&] { result.emplace(function()); });
    return *std::move(result);
  }
}

// Waits; other requests go on. Throws Cancelled when the request is given up meanwhile.
SVC_API void sleep_for(Duration time);

}  // namespace svc
