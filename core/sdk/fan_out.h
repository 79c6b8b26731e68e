// fan_out.h — several things at once inside one handler: svc::all and svc::Group.
//
//   auto [user, orders] = svc::all([&] { return fetch_user(id); }, [&] { return fetch_orders(id);
//   }); std::vector<Price> prices = svc::all(calls, 8);     // a range of functions, 8 at a time
//
// Each function runs in a fiber of its own, a child of the handler's: the worker's one thread runs
// whichever of them doesn't wait, so what they share needs no lock. None outlives the call: when
// one throws, the others are cancelled (svc::Cancelled at their next wait), joined, and the
// exception is thrown here. The handler's deadline is theirs.
//
// In a pool thread the functions run in fibers of the loop and this thread waits: they must not
// offload again, all threads may be waiting like this one. Where there is no request (tests without
// a loop) they run one after the other.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/api.h"
#include "core/sdk/function_ref.h"

namespace svc {

// Children that are started one by one. All have ended when the destructor returns: it cancels
// those that still run. Belongs to the handler that made it; children may spawn siblings. What is
// to go on when that has answered: svc::background (background.h). An exception of a child that
// nobody waits for is logged.
class SVC_API Group {
 public:
  Group();
  ~Group();
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  // The function starts when this handler waits next. What it refers to must outlive the Group.
  // Throws Problem 503 when the worker has no room for another fiber.
  template <class Function>
  void spawn(Function&& function) {
    spawn_erased(std::forward<Function>(function));
  }
  void wait();    // Until all have ended; the first exception of one cancels the others, and is
                  // thrown here.
  void cancel();  // All of them; doesn't wait.
  size_t running() const noexcept;

 private:
  struct State;

  void spawn_erased(std::move_only_function<void()> function);

  void tell_of_failure() noexcept;

  std::unique_ptr<State> state_;
};

namespace detail {

// What a function of all() gives: void becomes std::monostate, so that a tuple can hold it.
template <class F>
using AllResult = std::conditional_t<std::is_void_v<std::invoke_result_t<F&>>, std::monostate,
                                     std::decay_t<std::invoke_result_t<F&>>>;

template <class F, class R>
void run_into(F& function, std::optional<R>& out) {
  if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
    function();
    out.emplace();
  } else {
    out.emplace(function());
  }
}

SVC_API void run_all(std::span<const FunctionRef> functions);
// one(0) … one(count - 1), `parallel_max` of them at a time.
SVC_API void run_each(size_t count, size_t parallel_max, std::function<void(size_t)> one);

}  // namespace detail

// The results in the order of the functions.
template <class... F>
requires(sizeof...(F) > 0 && (std::is_invocable_v<F&> && ...)) auto all(F&&... functions)
    -> std::tuple<detail::AllResult<F>...> {
  std::tuple<std::optional<detail::AllResult<F>>...> results;
  [&]<size_t... I>(std::index_sequence<I...>) {
    auto runs = std::make_tuple([&] { detail::run_into(functions, std::get<I>(results)); }...);
    const FunctionRef refs[] = {std::get<I>(runs)...};
    detail::run_all(refs);
  }
  (std::index_sequence_for<F...>());
  return std::apply(
      [](auto&... each) { return std::tuple<detail::AllResult<F>...>(*std::move(each)...); },
      results);
}

// A range of functions (std::vector<std::function<T()>>, a view, …), at most `parallel_max` at a
// time: their results, in order; nothing for functions that return nothing.
template <class Range>
requires requires(Range& range) {
  range.begin();
  (*range.begin())();
}
auto all(Range&& range, size_t parallel_max) {
  using F = std::remove_reference_t<decltype(*range.begin())>;
  using R = detail::AllResult<F>;
  std::vector<F*> functions;
  for (F& function : range) functions.push_back(std::addressof(function));
  std::vector<std::optional<R>> results(functions.size());
  detail::run_each(functions.size(), parallel_max,
                   [&](size_t i) { detail::run_into(*functions[i], results[i]); });
  if constexpr (!std::is_void_v<std::invoke_result_t<F&>>) {
    std::vector<R> values;
    values.reserve(results.size());
    for (auto& result : results) values.push_back(*std::move(result));
    return values;
  }
}

}  // namespace svc
