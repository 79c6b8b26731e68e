#include "core/loop/fiber.h"

#include <cstdio>
#include <exception>

#include "core/base/check.h"
#include "core/loop/fiber_switch.h"

namespace svc {

// The attribute again: g++ takes the definition's word for the model, not the declaration's.
[[gnu::tls_model("initial-exec")]] constinit thread_local Fiber* current_fiber = nullptr;

namespace {

[[noreturn]] void body_threw(const char* what) noexcept {
  char text[512];
  std::snprintf(text, sizeof text, "no exception leaves a fiber, but this one did: %s", what);
  check_failed(__FILE__, __LINE__, text);
}

}  // namespace

Fiber* Fiber::current() noexcept { return current_fiber; }

Fiber& Fiber::self() noexcept {
  SVC_CHECK(current_fiber != nullptr);
  return *current_fiber;
}

Fiber::Fiber(Fibers& owner, FiberStack stack)
    : owner_(&owner),
      stack_(std::move(stack)),
      timer_([this] { on_timeout(); }),
      deadline_timer_([this] { cancel(CancelReason::deadline); }) {}

// The Fiber itself lives at the top of its stack (Fibers::take).
size_t Fiber::stack_size() const noexcept {
  return static_cast<size_t>(reinterpret_cast<const std::byte*>(this) - stack_low());
}

void Fiber::start(std::move_only_function<void()>&& body) noexcept {
  body_ = std::move(body);
  touched_ = true;
  context_.prepare({stack_low(), stack_size()}, &Fiber::main, this);
}

void Fiber::main(void* fiber) noexcept {
  auto* self = static_cast<Fiber*>(fiber);
  self->run_body();
  self->state_ = State::finished;
  self->context_.finish();
}

void Fiber::run_body() noexcept {
  try {
    body_();
  } catch (const Cancelled&) {  // The way a cancelled fiber is meant to end.
  } catch (const std::exception& error) {
    body_threw(error.what());
  } catch (...) {
    body_threw("not a std::exception");
  }
  body_ = nullptr;  // Here and not later: destructors of what it captured may suspend.
}

// A fiber that never leaves needs no timer: it has ended, or asks the clock (check_cancelled).
inline void Fiber::leave(State as) noexcept {
  if (deadline_ != kNever && !deadline_timer_.armed())
    deadline_timer_.arm(owner_->loop(), deadline_);
  state_ = as;
  context_.leave();
}

inline Wake Fiber::wait(const std::optional<Instant>& until) {
  SVC_CHECK(current_fiber == this);
  if (cancelled_ != CancelReason::none) return Wake::cancelled;
  if (std::exchange(wake_pending_, false)) return Wake::resumed;
  timed_out_ = false;
  if (until) timer_.arm(owner_->loop(), *until);
  leave(State::suspended);
  if (until) timer_.disarm();
  if (cancelled_ != CancelReason::none) return Wake::cancelled;
  return timed_out_ ? Wake::timeout : Wake::resumed;
}

Wake Fiber::try_suspend(std::optional<Instant> until) { return wait(until); }

Wake Fiber::suspend(std::optional<Instant> until) {
  const Wake wake = wait(until);
  if (wake == Wake::cancelled && std::uncaught_exceptions() == 0) throw Cancelled{cancelled_};
  return wake;
}

void Fiber::suspend_uncancellable() {
  SVC_CHECK(current_fiber == this);
  if (std::exchange(wake_pending_, false)) return;
  leave(State::suspended_hard);
}

void Fiber::yield() {
  SVC_CHECK(current_fiber == this);
  check_cancelled();
  if (cancelled_ != CancelReason::none) return;  // Being unwound: it does not wait.
  owner_->enqueue(*this);
  leave(State::queued);
  check_cancelled();
}

void Fiber::check_cancelled() {
  SVC_CHECK(current_fiber == this);
  if (deadline_ != kNever && owner_->loop().clock().now() >= deadline_)
    cancel(CancelReason::deadline);
  if (cancelled_ == CancelReason::none || std::uncaught_exceptions() > 0) return;
  throw Cancelled{cancelled_};
}

void Fiber::resume() {
  switch (state_) {
    case State::suspended:
    case State::suspended_hard:
      owner_->wake(*this);
      return;
    case State::queued:
    case State::running:
      wake_pending_ = true;
      return;
    case State::woken:
      return;
    case State::idle:
    case State::finished:
      check_failed(__FILE__, __LINE__, "a fiber that has ended was resumed");
  }
}

void Fiber::cancel(CancelReason reason) {
  SVC_CHECK(reason != CancelReason::none);
  if (cancelled_ != CancelReason::none) return;
  cancelled_ = reason;
  if (state_ == State::suspended) owner_->wake(*this);  // May have ended it: nothing after this.
}

bool Fiber::visit(void (*look)(void* argument), void* argument) noexcept {
  SVC_CHECK(current_fiber == nullptr);
  const bool waits = state_ == State::suspended || state_ == State::suspended_hard;
  return waits && context_.visit(look, argument);
}

void Fiber::on_timeout() {
  if (state_ != State::suspended) return;  // Woken already, and about to disarm the timer.
  timed_out_ = true;
  owner_->wake(*this);
}

void Fiber::set_deadline(Instant deadline) {
  deadline_ = deadline;
  deadline_timer_.disarm();
  if (deadline != kNever && current_fiber != this) deadline_timer_.arm(owner_->loop(), deadline);
}

void Fiber::clear() noexcept {
  timer_.disarm();
  deadline_timer_.disarm();
  deadline_ = kNever;
  label_ = nullptr;
  cancelled_ = CancelReason::none;
  wake_pending_ = false;
  state_ = State::idle;
}

}  // namespace svc
