#include "core/process/descriptors.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "core/base/fd.h"
#include "core/base/sys.h"

namespace svc {

Result<> close_all_but(std::vector<int> keep) {
  std::sort(keep.begin(), keep.end());
  unsigned first = 0;
  for (const int fd : keep) {
    const auto kept = static_cast<unsigned>(fd);
    if (fd < 0 || kept < first) continue;  // Not there, or twice.
    if (kept > first && sys::close_range(first, kept - 1, 0) < 0)
      return Error::from_errno("close_range");
    first = kept + 1;
  }
  if (sys::close_range(first, ~0U, 0) < 0) return Error::from_errno("close_range");
  return {};
}

Result<> redirect_stdio(int out, int err) {
  // Above 2, whatever numbers are free: a master may have been started with 0 to 2 closed.
  Fd low(sys::open("/dev/null", O_RDWR | O_CLOEXEC));
  const Fd nowhere(low ? sys::dup_cloexec(low.get()) : -1);
  if (!nowhere) return Error::from_errno("open /dev/null");
  low.reset();  // Now, while nothing else can have its number.
  const std::array<int, 3> sources = {nowhere.get(), out < 0 ? nowhere.get() : out,
                                      err < 0 ? nowhere.get() : err};
  for (int target = 0; target < 3; ++target)
    if (sources[static_cast<size_t>(target)] != target &&
        sys::dup3(sources[static_cast<size_t>(target)], target, 0) < 0)
      return Error::from_errno("redirect standard output");
  return {};
}

Result<> reset_signals() {
  struct sigaction action {};
  sigemptyset(&action.sa_mask);
  for (int signal = 1; signal < NSIG; ++signal) {
    if (signal == SIGKILL || signal == SIGSTOP) continue;
    if (signal >= 32 && signal < SIGRTMIN) continue;  // The C library's own.
    action.sa_handler = SIG_DFL;
    for (const int ignored : {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE, SIGTTIN, SIGTTOU})
      if (signal == ignored) action.sa_handler = SIG_IGN;
    if (sys::sigaction(signal, &action, nullptr) < 0) return Error::from_errno("reset signals");
  }
  sigset_t none;
  sigemptyset(&none);
  if (sys::sigprocmask(SIG_SETMASK, &none, nullptr) < 0) return Error::from_errno("reset signals");
  return {};
}

}  // namespace svc
