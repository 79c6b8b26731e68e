// fiber_scope.h — children of a fiber that cannot outlive the block that started them.
//
// Why: a child refers to its parent's stack. Whatever way the block is left (return, exception,
// cancellation), the scope's destructor cancels the children and waits until each has ended.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>

#include "core/loop/fiber.h"

namespace svc {

class SVC_API FiberScope {
 public:
  FiberScope();   // REQUIRES: inside a fiber.
  ~FiberScope();  // cancel() and wait, uncancellably.
  FiberScope(const FiberScope&) = delete;
  FiberScope& operator=(const FiberScope&) = delete;

  // A child inherits the parent's deadline. Errors: Fibers::spawn's.
  Result<> spawn(std::move_only_function<void()> body);
  // Until all children have ended. The first exception that left a child is rethrown here, after
  // the others have been cancelled. Throws Cancelled if this fiber is cancelled meanwhile.
  void join();
  void cancel();
  size_t running() const noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace svc
