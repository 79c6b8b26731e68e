// fiber_switch.h — the way into a fiber and out of it again, as inline functions.
//
// Why inline: after a switch the processor's predictor of returns holds the callers of the other
// stack, so every return is mispredicted until a frame is reached that was not switched away from.
// One frame on each side instead of four halves the price of a switch (tests/bench/loop_bench.cc).
//
// Internal to core/loop: for fiber.cc, fibers.cc and fiber_context.cc.
#pragma once

#include <cxxabi.h>

#include <boost/context/detail/fcontext.hpp>
#include <utility>

#include "core/base/check.h"
#include "core/loop/fiber.h"
#include "core/loop/fiber_context.h"
#include "core/loop/sanitizer.h"

namespace svc {

// A fixed offset from the thread pointer: one instruction, and safe in a signal handler, where the
// general model could allocate. libsvc is linked at start-up, never opened by dlopen(3).
[[gnu::tls_model("initial-exec")]] extern constinit thread_local Fiber* current_fiber;

inline void FiberContext::enter() noexcept {
  auto& live = *reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
  const ExceptionState loops = std::exchange(live, exceptions_);

  void* fake_stack = nullptr;
  tsan_loop_ = sanitizer::tsan_current();
  sanitizer::start_switch(&fake_stack, stack_.data(), stack_.size());
  sanitizer::tsan_switch(tsan_fiber_);
  fiber_ = boost::context::detail::jump_fcontext(fiber_, this).fctx;
  sanitizer::finish_switch(fake_stack, nullptr, nullptr);

  exceptions_ = std::exchange(live, loops);
  if (finished_) sanitizer::tsan_destroy(std::exchange(tsan_fiber_, nullptr));
}

inline void FiberContext::leave() noexcept {
  sanitizer::start_switch(&fake_stack_, loop_stack_low_, loop_stack_size_);
  sanitizer::tsan_switch(tsan_loop_);
  loop_ = boost::context::detail::jump_fcontext(loop_, nullptr).fctx;
  sanitizer::finish_switch(fake_stack_, &loop_stack_low_, &loop_stack_size_);
}

// False: it has ended, and the Fiber is gone.
inline bool Fibers::run(Fiber& fiber) noexcept {
  fiber.state_ = Fiber::State::running;
  if (observer_ != nullptr) observer_->fiber_entered(fiber);
  current_fiber = &fiber;
  fiber.context_.enter();
  current_fiber = nullptr;
  if (observer_ != nullptr) observer_->fiber_left(fiber);
  if (fiber.state_ != Fiber::State::finished) return true;
  recycle(fiber);
  return false;
}

inline void Fibers::wake(Fiber& fiber) {
  if (current_fiber == nullptr) {
    run(fiber);
    return;
  }
  fiber.state_ = Fiber::State::woken;
  enqueue(fiber);
}

}  // namespace svc
