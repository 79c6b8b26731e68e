#include "core/sdk/fan_out.h"

#include <algorithm>
#include <exception>

#include "core/base/log.h"
#include "core/loop/fiber.h"
#include "core/loop/fiber_scope.h"
#include "core/loop/offload.h"
#include "core/sdk/exception_text.h"
#include "core/sdk/problem.h"

namespace svc {
namespace {

bool on_fiber() noexcept { return Fiber::current() != nullptr; }

void spawn_in(FiberScope& scope, std::move_only_function<void()> body) {
  if (!scope.spawn(std::move(body)))
    throw Problem(503, "the service is overloaded").header("Retry-After", "1");
}

// A scope's destructor may have to wait, so it must be left on the fiber that made it: the same one
// that executes what a pool thread passes to the loop.
void run_in_scope(size_t children, const std::function<void(size_t)>& child) {
  OffloadPool::on_loop([&] {
    FiberScope scope;
    for (size_t i = 0; i < children; ++i) spawn_in(scope, [&child, i] { child(i); });
    scope.join();
  });
}

}  // namespace

// Without a fiber nothing is left to wait for: children have run when spawn() returns.
struct Group::State {
  std::optional<FiberScope> scope;
  std::exception_ptr failure;  // Without a scope: the first one.
  bool cancelled = false;
  bool told = false;  // Of a failure that nobody has waited for.
};

Group::Group() : state_(std::make_unique<State>()) {
  if (OffloadPool::in_pool_thread() || on_fiber())
    OffloadPool::on_loop([this] { state_->scope.emplace(); });
}

Group::~Group() {
  if (!state_->scope) return;
  OffloadPool::on_loop([this] {
    // Where an exception is on its way, that is what went wrong.
    if (std::uncaught_exceptions() == 0) tell_of_failure();
    state_->scope.reset();
  });
}

// Once: from then on everything is cancelled that is spawned here.
void Group::tell_of_failure() noexcept {
  if (!state_->scope->failure() || std::exchange(state_->told, true)) return;
  log::error(
      "a function of a svc::Group failed, and nobody has called wait(): all that the group runs is "
      "cancelled: {}",
      exception_text(state_->scope->failure()));
}

void Group::spawn_erased(std::move_only_function<void()> function) {
  if (state_->scope) {
    return OffloadPool::on_loop([&] {
      tell_of_failure();
      spawn_in(*state_->scope, std::move(function));
    });
  }
  if (state_->cancelled || state_->failure) return;
  try {
    function();
  } catch (...) {
    state_->failure = std::current_exception();
  }
}

void Group::wait() {
  if (state_->scope) return OffloadPool::on_loop([this] { state_->scope->join(); });
  if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
}

void Group::cancel() {
  state_->cancelled = true;
  if (state_->scope) OffloadPool::on_loop([this] { state_->scope->cancel(); });
}

size_t Group::running() const noexcept { return state_->scope ? state_->scope->running() : 0; }

namespace detail {

void run_all(std::span<const FunctionRef> functions) {
  if (!OffloadPool::in_pool_thread() && !on_fiber()) {
    for (const FunctionRef& function : functions) function();
    return;
  }
  run_in_scope(functions.size(), [functions](size_t i) { functions[i](); });
}

void run_each(size_t count, size_t parallel_max, std::function<void(size_t)> one) {
  size_t next = 0;
  const auto work = [&](size_t) {
    while (next < count) one(next++);
  };
  if (!OffloadPool::in_pool_thread() && !on_fiber()) return work(0);
  run_in_scope(std::min(count, std::max<size_t>(parallel_max, 1)), work);
}

}  // namespace detail
}  // namespace svc
