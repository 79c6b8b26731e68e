#include "core/server/worker_signals.h"

#include <signal.h>
#include <sys/signalfd.h>

#include "core/base/sys.h"

namespace svc {

Result<Fd> take_worker_signals() {
  for (const int ignored : {SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE, SIGTTIN, SIGTTOU}) {
    struct sigaction action {};
    action.sa_handler = SIG_IGN;
    if (sys::sigaction(ignored, &action, nullptr) != 0) return Error::from_errno("sigaction");
  }
  sigset_t term;
  ::sigemptyset(&term);
  ::sigaddset(&term, SIGTERM);
  if (sys::sigprocmask(SIG_BLOCK, &term, nullptr) != 0) return Error::from_errno("sigprocmask");
  Fd signals(sys::signalfd(-1, &term, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals) return Error::from_errno("signalfd");
  return signals;
}

}  // namespace svc
