#include "core/process/backtraces.h"

#include <execinfo.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>

#include "core/base/sys.h"
#include "core/process/channel.h"
#include "core/process/last_words.h"
#include "core/process/loaded_objects.h"
#include "core/process/signal_text.h"

namespace svc {
namespace {

constexpr int kLookSignal = SIGURG;
constexpr int kNoPoolThread = -1;

using LookText = SignalText<12 * 1024>;

struct Looking {
  int channel = -1;
  const WorkerSlot* slot = nullptr;
  std::array<std::atomic<pid_t>, kPoolThreadsMax> pool_threads{};
};
Looking looking;
[[gnu::tls_model("initial-exec")]] constinit thread_local int pool_thread_here = kNoPoolThread;

// A master that has fallen behind misses one.
bool send_look(const LookText& text) noexcept {
  return send_from_signal(looking.channel, ChannelKind::backtrace, text.view());
}

void add_request(LookText& text, uint64_t route, uint64_t request) noexcept {
  text.add("route ");
  text.add_number(route, 10);
  text.add("\nrequest ");
  text.add_number(request, 16, 16);
  text.add("\n");
}

// Without `skipped` innermost frames, which are ours.
[[gnu::noinline]] void add_frames_from(LookText& text, int skipped) noexcept {
  void* addresses[kFramesMax];
  const int count = ::backtrace(addresses, static_cast<int>(std::size(addresses)));
  for (int i = skipped; i < count; ++i)
    add_frame(text, reinterpret_cast<uintptr_t>(addresses[i]) - 1);
}

void on_look(int) noexcept {
  constexpr int kOwnFrames = 3;  // add_frames_from, this one, the kernel's trampoline.
  const int saved = errno;
  const RunningRequest* running = &looking.slot->loop;
  LookText text;
  if (pool_thread_here == kNoPoolThread) {
    text.add("thread loop\n");
  } else {
    running = &looking.slot->pool[static_cast<size_t>(pool_thread_here)].running;
    text.add("thread pool ");
    text.add_number(static_cast<uint64_t>(pool_thread_here), 10);
    text.add("\n");
  }
  if (running->started_ns.get() != 0) {  // Else it has ended meanwhile.
    add_request(text, running->route.get(), running->request_id.get());
    add_frames_from(text, kOwnFrames);
    static_cast<void>(send_look(text));
  }
  errno = saved;
}

}  // namespace

Result<> install_backtraces(int channel, const WorkerSlot& slot) {
  looking.channel = channel;
  looking.slot = &slot;
  struct sigaction action {};
  action.sa_handler = &on_look;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  if (sys::sigaction(kLookSignal, &action, nullptr) < 0)
    return Error::from_errno("install the handler for backtraces");
  return {};
}

void backtraces_for_pool_thread(size_t thread) {
  if (thread >= kPoolThreadsMax) return;
  pool_thread_here = static_cast<int>(thread);
  looking.pool_threads[thread] = ::gettid();
}

size_t ask_pool_threads(uint64_t request) {
  size_t asked = 0;
  for (size_t i = 0; i < kPoolThreadsMax; ++i) {
    const RunningRequest& running = looking.slot->pool[i].running;
    const pid_t thread = looking.pool_threads[i];
    if (thread == 0 || running.started_ns.get_published() == 0) continue;
    if (running.request_id.get() != request) continue;
    if (sys::tgkill(::getpid(), thread, kLookSignal) == 0) ++asked;
  }
  return asked;
}

bool send_backtrace(Fiber& fiber, uint64_t route, uint64_t request) {
  constexpr int kOwnFrames = 3;  // add_frames_from, the function below, what called that.
  LookText text;
  text.add("thread fiber\n");
  add_request(text, route, request);
  const auto look = [](void* into) { add_frames_from(*static_cast<LookText*>(into), kOwnFrames); };
  return fiber.visit(look, &text) && send_look(text);
}

void ask_loop_thread(pid_t worker) { sys::tgkill(worker, worker, kLookSignal); }

}  // namespace svc
