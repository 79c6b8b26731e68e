// fiber_scope.h — children of a fiber that cannot outlive the block that started them.
//
// Why: a child refers to its parent's stack. Whatever way the block is left (return, exception,
// cancellation), the scope's destructor cancels the children and waits until each has ended.
//
// Threads: the loop's. Used by the fiber that made it; children may spawn siblings.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <vector>

#include "core/loop/fiber.h"

namespace svc {

class SVC_API FiberScope {
 public:
  FiberScope();   // REQUIRES: inside a fiber, which becomes the parent.
  ~FiberScope();  // cancel() and wait, uncancellably. An exception that nobody joined is dropped.
  FiberScope(const FiberScope&) = delete;
  FiberScope& operator=(const FiberScope&) = delete;

  // The child runs at the end of this turn or when the parent suspends, whichever is later. It
  // inherits the parent's deadline and label; after cancel(), or after a sibling has failed, it is
  // cancelled from the start. Errors: Fibers::spawn's.
  Result<> spawn(std::move_only_function<void()> body);
  // Until all children have ended. The first exception that left a child is rethrown here, after
  // the others have been cancelled and have ended. Throws Cancelled if this fiber is cancelled
  // meanwhile; where that can't be thrown it cancels the children, waits for them and returns.
  void join();
  void cancel();  // Every child, with CancelReason::scope; does not wait.
  size_t running() const noexcept { return children_.size(); }
  // What left a child and was not joined yet; nullptr: nothing.
  const std::exception_ptr& failure() const noexcept { return failure_; }

 private:
  void run_child(std::move_only_function<void()>& body) noexcept;
  bool wait(bool cancellable);

  Fiber& parent_;
  std::vector<Fiber*> children_;
  std::exception_ptr failure_;  // The first that left a child.
  bool cancelled_ = false;
  bool waiting_ = false;  // The parent wants to be told when the last child has ended.
};

}  // namespace svc
