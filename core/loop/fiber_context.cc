#include "core/loop/fiber_context.h"

#include "core/loop/fiber_switch.h"

namespace svc {

namespace context = boost::context::detail;

struct FiberContext::Trampoline {
  // The first frame of a fiber. `from` is the loop's context and the FiberContext.
  static void run(context::transfer_t from) noexcept {
    auto* self = static_cast<FiberContext*>(from.data);
    self->loop_ = from.fctx;
    sanitizer::finish_switch(nullptr, &self->loop_stack_low_, &self->loop_stack_size_);
    self->entry_(self->argument_);
    check_failed(__FILE__, __LINE__, "a fiber's entry returned");
  }
};

void FiberContext::prepare(std::span<std::byte> stack, Entry entry, void* argument) noexcept {
  sanitizer::unpoison(stack.data(), stack.size());
  stack_ = stack;
  entry_ = entry;
  argument_ = argument;
  exceptions_ = {};
  fake_stack_ = nullptr;
  finished_ = false;
  tsan_fiber_ = sanitizer::tsan_create();
  fiber_ = context::make_fcontext(stack.data() + stack.size(), stack.size(), &Trampoline::run);
}

void FiberContext::finish() noexcept {
  finished_ = true;
  sanitizer::start_switch(nullptr, loop_stack_low_, loop_stack_size_);
  sanitizer::tsan_switch(tsan_loop_);
  context::jump_fcontext(loop_, nullptr);
  check_failed(__FILE__, __LINE__, "a finished fiber was entered");
}

}  // namespace svc
