#include "core/loop/fiber_scope.h"

#include <utility>

#include "core/base/check.h"

namespace svc {

FiberScope::FiberScope() : parent_(Fiber::self()) {}

FiberScope::~FiberScope() {
  cancel();
  wait(false);
}

Result<> FiberScope::spawn(std::move_only_function<void()> body) {
  SVC_CHECK(Fiber::current() != nullptr);  // Or the child would run here and now.
  SVC_TRY(Fiber* const child,
          parent_.owner().spawn([this, run = std::move(body)]() mutable { run_child(run); }));
  children_.push_back(child);
  child->set_label(parent_.label());
  child->set_deadline(parent_.deadline());
  if (cancelled_) child->cancel(CancelReason::scope);
  return {};
}

// Takes the child off the list as its last act: what it captured, which may refer to the parent's
// stack, is destroyed before.
void FiberScope::run_child(std::move_only_function<void()>& body) noexcept {
  try {
    body();
  } catch (const Cancelled&) {  // By this scope, or by a deadline that is the parent's too.
  } catch (...) {
    if (!failure_) failure_ = std::current_exception();
    cancel();
  }
  body = nullptr;
  std::erase(children_, Fiber::current());
  if (children_.empty() && waiting_) parent_.resume();
}

// By a child's failure too: that one is running, and to be cancelled does nothing to it any more.
void FiberScope::cancel() {
  cancelled_ = true;
  for (Fiber* child : children_) child->cancel(CancelReason::scope);
}

void FiberScope::join() {
  if (!wait(true)) {
    parent_.check_cancelled();
    cancel();
    wait(false);
    return;
  }
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

// Until no child is left. False: the parent has been cancelled before.
bool FiberScope::wait(bool cancellable) {
  SVC_CHECK(Fiber::current() == &parent_);
  waiting_ = true;
  bool waited = true;
  while (!children_.empty() && waited) {
    if (!cancellable) {
      parent_.suspend_uncancellable();
    } else {
      waited = parent_.try_suspend() != Wake::cancelled;
    }
  }
  waiting_ = false;
  return waited;
}

}  // namespace svc
