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

int line_to_init = -1;  // In the master.

// Who is the master now: `former`, or whom it has named since.
pid_t master_now(pid_t former, int line) {
  pid_t named = 0;
  while (sys::read(line, &named, sizeof named) == static_cast<ssize_t>(sizeof named))
    if (named > 0) former = named;
  return former;
}

bool exists(pid_t pid) { return sys::kill(pid, 0) == 0 || errno != ESRCH; }

// Reaps whoever has ended; the master's status once it is among them, else -1. One that was another
// master's child may have been reaped by that: then it is just gone.
int reap(pid_t& master, int line) {
  for (;;) {
    int status = 0;
    const pid_t pid = sys::waitpid(-1, &status, WNOHANG);
    master = master_now(master, line);  // Who ends has named its successor before.
    if (pid <= 0) return exists(master) ? -1 : 1;
    if (pid == master) return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
}

int wait_for(pid_t master, int line, const sigset_t& signals) {
  // Of children that ended before we were svcd (an entry point's that became us by exec(2)) no
  // signal tells.
  if (const int status = reap(master, line); status >= 0) return status;
  for (;;) {
    siginfo_t info{};
    const int signal = ::sigwaitinfo(&signals, &info);
    if (signal == SIGCHLD) {
      if (const int status = reap(master, line); status >= 0) return status;
    } else if (signal > 0) {
      master = master_now(master, line);
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
  int line[2];
  if (sys::pipe2(line, O_CLOEXEC | O_NONBLOCK) < 0) return 1;
  const pid_t master = sys::fork();
  if (master < 0) {
    std::fprintf(stderr, "svcd: fork: %s\n", std::strerror(errno));
    return 1;
  }
  if (master == 0) {
    sys::sigprocmask(SIG_SETMASK, &former, nullptr);
    sys::close(line[0]);
    line_to_init = line[1];
    return body();
  }
  sys::close(line[1]);
  set_process_title("svcd: init");
  const int status = wait_for(master, line[0], signals);
  sys::close(line[0]);
  return status;
}

int init_line() noexcept { return line_to_init; }

int run_as_init_if_pid1(const std::function<int()>& body) {
  return ::getpid() == 1 ? run_as_init(body) : body();
}

}  // namespace svc
