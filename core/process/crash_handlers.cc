// The worker's side of last_words.h. Everything below on_crash() is async-signal-safe: it uses
// memory that was set aside before, and no lock. backtrace(3) is the exception that practice has
// made safe: its library is loaded beforehand, and should it still hang, SIGALRM ends the worker.
#include <elf.h>
#include <execinfo.h>
#include <link.h>
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
#include "core/process/channel.h"
#include "core/process/last_words.h"

namespace svc {
namespace {

constexpr std::array kCrashSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
constexpr size_t kAlternateStack = 128 * 1024;  // backtrace(3) alone takes some 20 KiB.
constexpr size_t kGuard = 4096;
constexpr unsigned kCrashSeconds = 3;  // The longest that a crash may take.
constexpr size_t kObjectsMax = 256;
constexpr int kLoopThread = -1;
constexpr int kOtherThread = -2;

// An executable range of one loaded file.
struct Object {
  uintptr_t start = 0, end = 0;
  uintptr_t bias = 0;  // Address in memory minus address in the file.
  char path[256] = {};
};

struct State {
  int channel = -1;
  const WorkerSlot* slot = nullptr;
  std::array<Object, kObjectsMax> objects;
  size_t object_count = 0;
  std::atomic<bool> crashing{false};
};
State state;
thread_local int this_thread = kOtherThread;

// Text in memory of its own, cut at its end.
class Text {
 public:
  void add(std::string_view text) noexcept {
    const size_t taken = std::min(text.size(), sizeof(bytes_) - length_);
    std::memcpy(bytes_ + length_, text.data(), taken);
    length_ += taken;
  }
  void add_number(uint64_t value, unsigned base, int digits_min = 1) noexcept {
    char digits[20];
    size_t at = sizeof(digits);
    for (; value != 0 || digits_min > 0; value /= base, --digits_min)
      digits[--at] = "0123456789abcdef"[value % base];
    add({digits + at, sizeof(digits) - at});
  }
  void add_signed(int64_t value) noexcept {
    if (value < 0) add("-");
    add_number(value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value), 10);
  }
  std::string_view view() const noexcept { return {bytes_, length_}; }
  void clear() noexcept { length_ = 0; }

 private:
  char bytes_[32 * 1024];
  size_t length_ = 0;
};
static_assert(sizeof(Text) < kChannelTextMax);
Text text;  // Not on the alternate stack: too large. One thread crashes at a time.

// Channel::send() without its error text, which takes the heap.
void send_text() noexcept {
  const struct {
    uint16_t kind, version;
    uint32_t number;
  } header{static_cast<uint16_t>(ChannelKind::last_words), kChannelVersion, 0};
  const std::string_view body = text.view();
  iovec parts[2] = {{const_cast<void*>(static_cast<const void*>(&header)), sizeof(header)},
                    {const_cast<char*>(body.data()), body.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  for (int tries = 0; tries < 4; ++tries) {
    if (sys::sendmsg(state.channel, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return;
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

const Object* object_at(uintptr_t address) noexcept {
  for (size_t i = 0; i < state.object_count; ++i)
    if (address >= state.objects[i].start && address < state.objects[i].end)
      return &state.objects[i];
  return nullptr;
}

void add_frame(uintptr_t address) noexcept {
  const Object* object = object_at(address);
  text.add("frame ");
  text.add(object != nullptr ? std::string_view(object->path) : std::string_view("?"));
  text.add("+0x");
  text.add_number(object != nullptr ? address - object->bias : address, 16);
  text.add("\n");
}

// The chain of saved frame pointers (this tree is built with them). Used where the unwinder has
// nothing to go by: after a call through a wild pointer it would read instructions from there. A
// broken chain ends the process, which is ending.
void walk_frame_pointers(const Registers& from) noexcept {
  constexpr uintptr_t kStackMax = 64 * 1024 * 1024;
  if (object_at(from.pc) == nullptr && from.sp % sizeof(uintptr_t) == 0) {
    const uintptr_t back = *reinterpret_cast<const uintptr_t*>(from.sp);  // The wild call's return.
    if (object_at(back) != nullptr) add_frame(back - 1);
  }
  uintptr_t frame = from.frame;
  for (size_t depth = 2; depth < kFramesMax; ++depth) {
    if (frame < from.sp || frame - from.sp > kStackMax || frame % sizeof(uintptr_t) != 0) return;
    const auto* saved = reinterpret_cast<const uintptr_t*>(frame);  // Caller's frame, return.
    if (object_at(saved[1]) == nullptr) return;
    add_frame(saved[1] - 1);
    if (saved[0] <= frame) return;
    frame = saved[0];
  }
}

void add_frames(const Registers& at) noexcept {
  add_frame(at.pc);
  if (object_at(at.pc) == nullptr) return walk_frame_pointers(at);
  static void* addresses[kFramesMax + 16];  // The handler's own frames come first.
  const int count = ::backtrace(addresses, static_cast<int>(std::size(addresses)));
  int mine = 0;
  while (mine < count && reinterpret_cast<uintptr_t>(addresses[mine]) != at.pc) ++mine;
  if (mine + 1 >= count) return walk_frame_pointers(at);
  const int last = std::min(count, mine + static_cast<int>(kFramesMax));
  for (int i = mine + 1; i < last; ++i) add_frame(reinterpret_cast<uintptr_t>(addresses[i]) - 1);
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

int record_object(dl_phdr_info* info, size_t, void*) noexcept {
  for (size_t i = 0; i < info->dlpi_phnum && state.object_count < kObjectsMax; ++i) {
    const auto& part = info->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
    Object& object = state.objects[state.object_count++];
    object.bias = info->dlpi_addr;
    object.start = info->dlpi_addr + part.p_vaddr;
    object.end = object.start + part.p_memsz;
    if (info->dlpi_name != nullptr && info->dlpi_name[0] != '\0') {
      std::strncpy(object.path, info->dlpi_name, sizeof(object.path) - 1);
    } else {
      const ssize_t length = sys::readlink("/proc/self/exe", object.path, sizeof(object.path) - 1);
      object.path[length < 0 ? 0 : length] = '\0';
    }
  }
  return 0;
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

void refresh_crash_handlers() {
  state.object_count = 0;
  ::dl_iterate_phdr(record_object, nullptr);
}

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
  return {};
}

void crash_handlers_for_pool_thread(size_t thread) {
  this_thread = thread < kPoolThreadsMax ? static_cast<int>(thread) : kOtherThread;
  // Without it a stack overflow in this thread dies wordless; everything else still speaks.
  static_cast<void>(set_alternate_stack());
}

}  // namespace svc
