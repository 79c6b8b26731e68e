#include "core/process/init.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/process_title.h"
#include "core/base/sys.h"

namespace svc {
namespace {

// What operators send to a master. The rest is either not for it or can't be held back.
constexpr std::array kForwarded = {SIGTERM, SIGINT,  SIGQUIT, SIGHUP,  SIGUSR1,
                                   SIGUSR2, SIGTTIN, SIGTTOU, SIGWINCH};

// Reaps whoever has ended; the master's status once it is among them, else -1.
int reap(pid_t master) {
  int result = -1;
  for (;;) {
    int status = 0;
    const pid_t pid = sys::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return result;
    if (pid == master) result = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
}

int wait_for(pid_t master, const sigset_t& signals) {
  // Of children that ended before we were svcd (an entry point's that became us by exec(2)) no
  // signal tells.
  if (const int status = reap(master); status >= 0) return status;
  for (;;) {
    siginfo_t info{};
    const int signal = ::sigwaitinfo(&signals, &info);
    if (signal == SIGCHLD) {
      if (const int status = reap(master); status >= 0) return status;
    } else if (signal > 0) {
      sys::kill(master, signal);  // Not reaped yet, so nobody else can have its pid.
    }
  }
}

}  // namespace

int run_as_init(const std::function<int()>& body) {
  sigset_t signals, former;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  for (const int signal : kForwarded) sigaddset(&signals, signal);
  // Before the fork: nothing that comes meanwhile is lost, and PID 1 gets only what it asks for.
  if (sys::sigprocmask(SIG_BLOCK, &signals, &former) < 0) return 1;
  struct sigaction usual {};  // Ignored, as our parent may have it, SIGCHLD would tell no status.
  usual.sa_handler = SIG_DFL;
  sys::sigaction(SIGCHLD, &usual, nullptr);
  const pid_t master = sys::fork();
  if (master < 0) {
    std::fprintf(stderr, "svcd: fork: %s\n", std::strerror(errno));
    return 1;
  }
  if (master == 0) {
    sys::sigprocmask(SIG_SETMASK, &former, nullptr);
    return body();
  }
  set_process_title("svcd: init");
  return wait_for(master, signals);
}

int run_as_init_if_pid1(const std::function<int()>& body) {
  return ::getpid() == 1 ? run_as_init(body) : body();
}

}  // namespace svc
