#include "core/process/descriptors.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace svc {
namespace {

// In a child, because what is closed here is missed elsewhere. 0: all was well.
int in_child(const std::function<int()>& body) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(body());
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

TEST(Descriptors, AreClosedUnlessKept) {
  EXPECT_EQ(in_child([] {
              for (int fd = 3; fd < 200; ++fd) ::dup2(0, fd);
              if (!close_all_but({150, -1, 7, 7, 8, 150, 199})) return 1;
              for (int fd = 0; fd < 300; ++fd)
                if (is_open(fd) != (fd == 7 || fd == 8 || fd == 150 || fd == 199)) return 2;
              return 0;
            }),
            0);
}

TEST(Descriptors, AreAllClosedWhenNothingIsKept) {
  EXPECT_EQ(in_child([] {
              if (!close_all_but({})) return 1;
              return is_open(0) || is_open(1) || is_open(2) ? 2 : 0;
            }),
            0);
}

TEST(Descriptors, StandardOutputGoesWhereItIsTold) {
  int out[2], err[2];
  ASSERT_EQ(::pipe(out) + ::pipe(err), 0);
  EXPECT_EQ(in_child([&] {
              if (!close_all_but({out[1], err[1]})) return 1;
              if (!redirect_stdio(out[1], err[1])) return 2;
              static_cast<void>(::write(1, "o", 1));
              static_cast<void>(::write(2, "e", 1));
              char byte;
              return ::read(0, &byte, 1) == 0 ? 0 : 3;
            }),
            0);
  char byte = 0;
  EXPECT_EQ(::read(out[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'o');
  EXPECT_EQ(::read(err[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'e');
  for (const int fd : {out[0], out[1], err[0], err[1]}) ::close(fd);
}

TEST(Descriptors, StandardOutputMayGoNowhere) {
  EXPECT_EQ(in_child([] {
              if (!close_all_but({}) || !redirect_stdio(-1, -1)) return 1;
              return ::write(1, "x", 1) == 1 && ::write(2, "x", 1) == 1 ? 0 : 2;
            }),
            0);
}

TEST(Descriptors, SignalsAreAsAfterExecExceptTheOperators) {
  EXPECT_EQ(in_child([] {
              sigset_t all;
              sigfillset(&all);
              ::sigprocmask(SIG_BLOCK, &all, nullptr);
              ::signal(SIGTERM, SIG_IGN);
              ::signal(SIGSEGV, [](int) {});
              if (!reset_signals()) return 1;
              const auto disposition = [](int signal) {
                struct sigaction action {};
                ::sigaction(signal, nullptr, &action);
                return action.sa_handler;
              };
              if (disposition(SIGTERM) != SIG_DFL || disposition(SIGSEGV) != SIG_DFL) return 2;
              for (const int signal : {SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2})
                if (disposition(signal) != SIG_IGN) return 3;
              sigset_t blocked;
              ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
              for (int signal = 1; signal < 32; ++signal)
                if (::sigismember(&blocked, signal) == 1) return 4;
              return 0;
            }),
            0);
}

}  // namespace
}  // namespace svc
