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

struct FiberContext::Visit {
  FiberContext& context;
  void (*look)(void* argument);
  void* argument;

  // As if the fiber had called it where it waits. What it returns is what the fiber finds when it
  // is entered in earnest.
  static context::transfer_t run(context::transfer_t from) noexcept {
    auto* visit = static_cast<Visit*>(from.data);
    FiberContext& self = visit->context;
    sanitizer::finish_switch(self.fake_stack_, &self.loop_stack_low_, &self.loop_stack_size_);
    visit->look(visit->argument);
    sanitizer::start_switch(&self.fake_stack_, self.loop_stack_low_, self.loop_stack_size_);
    sanitizer::tsan_switch(self.tsan_loop_);
    return context::jump_fcontext(from.fctx, nullptr);
  }
};

bool FiberContext::visit(void (*look)(void* argument), void* argument) noexcept {
  constexpr ptrdiff_t kRoom = 64 * 1024;  // backtrace(3) alone takes some 20 KiB.
  // A context is where its registers are: at the end of what is used of the stack.
  if (static_cast<std::byte*>(fiber_) - stack_.data() < kRoom) return false;
  Visit visit{*this, look, argument};
  void* fake_stack = nullptr;
  tsan_loop_ = sanitizer::tsan_current();
  sanitizer::start_switch(&fake_stack, stack_.data(), stack_.size());
  sanitizer::tsan_switch(tsan_fiber_);
  fiber_ = context::ontop_fcontext(fiber_, &visit, &Visit::run).fctx;
  sanitizer::finish_switch(fake_stack, nullptr, nullptr);
  return true;
}

void FiberContext::finish() noexcept {
  finished_ = true;
  sanitizer::start_switch(nullptr, loop_stack_low_, loop_stack_size_);
  sanitizer::tsan_switch(tsan_loop_);
  context::jump_fcontext(loop_, nullptr);
  check_failed(__FILE__, __LINE__, "a finished fiber was entered");
}

}  // namespace svc
