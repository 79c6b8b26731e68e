// fiber_context.h — the switch between the loop's stack and a fiber's, and all that goes with it.
//
// Why a file of its own: a switch is not only registers. The C++ runtime keeps, for each thread,
// the exceptions that are caught and the number that are in flight (Itanium C++ ABI 2.2.2): they
// belong to the stack and are swapped with it, or a suspension inside a catch block would free
// another fiber's exception. ASan wants to know the bounds of the stack that runs, TSan the fiber.
//
// Threads: a context is entered by one thread only, always the same.
#pragma once

#include <cstddef>
#include <span>

namespace svc {

class FiberContext {
 public:
  using Entry = void (*)(void* argument) noexcept;  // Ends with finish(), never returns.

  // The next enter() calls `entry` on `stack`. REQUIRES: never entered, or finished.
  void prepare(std::span<std::byte> stack, Entry entry, void* argument) noexcept;

  // On the loop's stack: calls `look` on the fiber's, which is suspended and stays so. False: there
  // is no room for it. REQUIRES: entered once, not finished.
  bool visit(void (*look)(void* argument), void* argument) noexcept;

  // These two are in fiber_switch.h.
  void enter() noexcept;  // On the loop's stack: runs the fiber until it leaves or finishes.
  void leave() noexcept;  // On the fiber's: returns from enter(), until enter() is called again.
  [[noreturn]] void finish() noexcept;  // Leaves for good. Nothing of the fiber's frames is needed.

 private:
  // __cxa_eh_globals, which <cxxabi.h> leaves incomplete.
  struct ExceptionState {
    void* caught = nullptr;
    unsigned uncaught = 0;
#ifdef __ARM_EABI_UNWINDER__
    void* propagating = nullptr;
#endif
  };
  struct Trampoline;
  struct Visit;

  void* fiber_ = nullptr;  // Where to go on in the fiber: an fcontext_t.
  void* loop_ = nullptr;   // Where it was entered from.
  ExceptionState exceptions_;
  Entry entry_ = nullptr;
  void* argument_ = nullptr;
  std::span<std::byte> stack_;
  // For the sanitizers; unused in other builds, and cheaper than two layouts of a class.
  void* fake_stack_ = nullptr;
  const void* loop_stack_low_ = nullptr;
  size_t loop_stack_size_ = 0;
  void* tsan_fiber_ = nullptr;
  void* tsan_loop_ = nullptr;
  bool finished_ = false;
};

}  // namespace svc
