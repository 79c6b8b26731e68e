// The worker's side of last_words.h. Everything below on_crash() is async-signal-safe: it uses
// memory that was set aside before, and no lock. backtrace(3) is the exception that practice has
// made safe: its library is loaded beforehand, and should it still hang, SIGALRM ends the worker.
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "core/base/sys.h"
#include "core/loop/fiber.h"
#include "core/process/backtraces.h"
#include "core/process/channel.h"
#include "core/process/last_words.h"
#include "core/process/loaded_objects.h"
#include "core/process/signal_text.h"

namespace svc {
namespace {

constexpr std::array kCrashSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
constexpr size_t kAlternateStack = 128 * 1024;  // backtrace(3) alone takes some 20 KiB.
constexpr size_t kGuard = 4096;
constexpr unsigned kCrashSeconds = 3;  // The longest that a crash may take.
constexpr int kLoopThread = -1;
constexpr int kOtherThread = -2;

struct State {
  int channel = -1;
  const WorkerSlot* slot = nullptr;
  std::atomic<bool> crashing{false};
};
State state;
[[gnu::tls_model("initial-exec")]] constinit thread_local int this_thread = kOtherThread;

using Text = SignalText<32 * 1024>;
static_assert(sizeof(Text) < kChannelTextMax);
Text text;  // Not on the alternate stack: too large. One thread crashes at a time.

void send_text() noexcept {
  for (int tries = 0; tries < 4; ++tries) {
    if (send_from_signal(state.channel, ChannelKind::last_words, text.view())) return;
    if (errno != EAGAIN) return;
    pollfd writable{state.channel, POLLOUT, 0};
    sys::poll(&writable, 1, 50);
  }
}

struct Registers {
  uintptr_t pc = 0, sp = 0, frame = 0;
};

Registers registers_of(const void* context) noexcept {
  const mcontext_t& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return {static_cast<uintptr_t>(machine.gregs[REG_RIP]),
          static_cast<uintptr_t>(machine.gregs[REG_RSP]),
          static_cast<uintptr_t>(machine.gregs[REG_RBP])};
#elif defined(__aarch64__)
  return {machine.pc, machine.sp, machine.regs[29]};
#else
  static_cast<void>(machine);
  return {};
#endif
}

// The chain of saved frame pointers (this tree is built with them). Used where the unwinder has
// nothing to go by: after a call through a wild pointer it would read instructions from there. A
// broken chain ends the process, which is ending.
void walk_frame_pointers(const Registers& from) noexcept {
  constexpr uintptr_t kStackMax = 64 * 1024 * 1024;
  if (loaded_object_at(from.pc) == nullptr && from.sp % sizeof(uintptr_t) == 0) {
    const uintptr_t back = *reinterpret_cast<const uintptr_t*>(from.sp);  // The wild call's return.
    if (loaded_object_at(back) != nullptr) add_frame(text, back - 1);
  }
  uintptr_t frame = from.frame;
  for (size_t depth = 2; depth < kFramesMax; ++depth) {
    if (frame < from.sp || frame - from.sp > kStackMax || frame % sizeof(uintptr_t) != 0) return;
    const auto* saved = reinterpret_cast<const uintptr_t*>(frame);  // Caller's frame, return.
    if (loaded_object_at(saved[1]) == nullptr) return;
    add_frame(text, saved[1] - 1);
    if (saved[0] <= frame) return;
    frame = saved[0];
  }
}

void add_frames(const Registers& at) noexcept {
  add_frame(text, at.pc);
  if (loaded_object_at(at.pc) == nullptr) return walk_frame_pointers(at);
  static void* addresses[kFramesMax + 16];  // The handler's own frames come first.
  const int count = ::backtrace(addresses, static_cast<int>(std::size(addresses)));
  int mine = 0;
  while (mine < count && reinterpret_cast<uintptr_t>(addresses[mine]) != at.pc) ++mine;
  if (mine + 1 >= count) return walk_frame_pointers(at);
  const int last = std::min(count, mine + static_cast<int>(kFramesMax));
  for (int i = mine + 1; i < last; ++i)
    add_frame(text, reinterpret_cast<uintptr_t>(addresses[i]) - 1);
}

void add_running() noexcept {
  const RunningRequest* running = nullptr;
  text.add("thread ");
  if (this_thread == kLoopThread) {
    running = &state.slot->loop;
    text.add("loop\n");
  } else if (this_thread >= 0) {
    running = &state.slot->pool[static_cast<size_t>(this_thread)].running;
    text.add("pool ");
    text.add_number(static_cast<uint64_t>(this_thread), 10);
    text.add("\n");
  } else {
    text.add("other\n");
  }
  if (running == nullptr || running->started_ns.get() == 0) return;
  text.add("route ");
  text.add_number(running->route.get(), 10);
  text.add("\nrequest ");
  text.add_number(running->request_id.get(), 16, 16);
  text.add("\n");
}

void add_facts(int signal, const siginfo_t& info, const Registers& at) noexcept {
  constexpr uintptr_t kNear = 64 * 1024;  // One frame, built with stack probes, is no larger.
  text.add("signal ");
  text.add_signed(signal);
  text.add("\ncode ");
  text.add_signed(info.si_code);
  text.add("\n");
  if (info.si_code <= 0) {
    text.add("sender ");
    text.add_signed(info.si_pid);
    text.add("\n");
  } else if (signal != SIGABRT) {
    const auto address = reinterpret_cast<uintptr_t>(info.si_addr);
    text.add("address 0x");
    text.add_number(address, 16);
    text.add("\n");
    if (signal == SIGSEGV && Fibers::is_stack_overflow(info.si_addr))
      text.add("note stack overflow in fiber\n");
    else if (signal == SIGSEGV && address < at.sp + kNear && address + kNear > at.sp)
      text.add("note stack overflow\n");
  }
  add_running();
}

void on_crash(int signal, siginfo_t* info, void* context) noexcept {
  if (state.crashing.exchange(true)) {
    // Another thread is dying already: it takes this one along.
    for (;;) ::pause();
  }
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  sys::sigaction(SIGALRM, &usual, nullptr);
  ::alarm(kCrashSeconds);

  const Registers at = registers_of(context);
  text.clear();
  add_facts(signal, *info, at);
  send_text();
  text.clear();
  add_frames(at);
  send_text();

  // Blocked in here, so it strikes on return, where the core dump shows what happened.
  sys::sigaction(signal, &usual, nullptr);
  ::raise(signal);
}

// A signal stack for this thread, with a guard page below it. It lasts as long as the process: the
// threads that have one do.
Result<> set_alternate_stack() {
  void* memory = sys::mmap(nullptr, kGuard + kAlternateStack, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return Error::from_errno("map a signal stack");
  stack_t stack{};
  stack.ss_sp = static_cast<char*>(memory) + kGuard;
  stack.ss_size = kAlternateStack;
  if (sys::mprotect(memory, kGuard, PROT_NONE) < 0 || sys::sigaltstack(&stack, nullptr) < 0) {
    auto error = Error::from_errno("set a signal stack");
    sys::munmap(memory, kGuard + kAlternateStack);
    return error;
  }
  return {};
}

}  // namespace

void refresh_crash_handlers() { refresh_loaded_objects(); }

Result<> install_crash_handlers(int channel, const WorkerSlot& slot) {
  state.channel = channel;
  state.slot = &slot;
  refresh_crash_handlers();
  this_thread = kLoopThread;
  SVC_TRY_VOID(set_alternate_stack());
  void* nowhere[1];
  ::backtrace(nowhere, 1);  // Loads libgcc_s, which takes the heap and the loader's lock.

  struct sigaction action {};
  action.sa_sigaction = [](int signal, siginfo_t* info, void* context) {
    on_crash(signal, info, context);
  };
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigfillset(&action.sa_mask);
  sigdelset(&action.sa_mask, SIGALRM);
  for (const int signal : kCrashSignals)
    if (sys::sigaction(signal, &action, nullptr) < 0)
      return Error::from_errno("install crash handlers");
  return install_backtraces(channel, slot);
}

void crash_handlers_for_pool_thread(size_t thread) {
  this_thread = thread < kPoolThreadsMax ? static_cast<int>(thread) : kOtherThread;
  backtraces_for_pool_thread(thread);
  // Without it a stack overflow in this thread dies wordless; everything else still speaks.
  static_cast<void>(set_alternate_stack());
}

}  // namespace svc
