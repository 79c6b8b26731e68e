#include "core/process/init.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

// An init in a child of the test; its own status comes back.
pid_t start_init(const std::function<int()>& body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);  // Orphans come to it, as they do to PID 1.
    ::_exit(run_as_init(body));
  }
  return pid;
}

int status_of(pid_t pid) {
  int status = 0;
  EXPECT_TRUE(testing::eventually([&] { return ::waitpid(pid, &status, WNOHANG) == pid; }));
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(Init, LeavesWithTheMastersStatus) {
  EXPECT_EQ(status_of(start_init([] { return 7; })), 7);
  EXPECT_EQ(status_of(start_init([] { return 0; })), 0);
  EXPECT_EQ(status_of(start_init([]() -> int {
              ::raise(SIGKILL);
              return 0;
            })),
            128 + SIGKILL);
}

TEST(Init, ForwardsSignals) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGQUIT, SIGWINCH}) {
    testing::TempDir dir;
    const pid_t init = start_init([&] {
      sigset_t all;
      sigfillset(&all);
      ::sigprocmask(SIG_BLOCK, &all, nullptr);
      dir.write("waiting", "");
      int got = 0;
      ::sigwait(&all, &got);
      return got;
    });
    ASSERT_TRUE(
        testing::eventually([&] { return ::access(dir.file("waiting").c_str(), F_OK) == 0; }));
    ::kill(init, signal);
    EXPECT_EQ(status_of(init), signal);
  }
}

// As in an upgrade: the master starts another one, names it, and ends.
TEST(Init, GoesOnWithTheMasterThatFollows) {
  testing::TempDir dir;
  const pid_t init = start_init([&] {
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
    const pid_t former = ::getpid();
    const pid_t next = ::fork();
    if (next > 0) {
      EXPECT_EQ(::write(init_line(), &next, sizeof next), static_cast<ssize_t>(sizeof next));
      return 3;
    }
    while (::getppid() == former) ::poll(nullptr, 0, 1);
    dir.write("alone", "");
    int got = 0;
    ::sigwait(&term, &got);
    return 40 + got;
  });
  ASSERT_TRUE(testing::eventually([&] { return ::access(dir.file("alone").c_str(), F_OK) == 0; }));
  ::kill(init, SIGTERM);
  EXPECT_EQ(status_of(init), 40 + SIGTERM);
}

TEST(Init, LeavesWhenTheMasterThatFollowedHasGoneUnseen) {
  EXPECT_EQ(status_of(start_init([] {
              const pid_t next = ::fork();
              if (next == 0) ::_exit(0);
              EXPECT_EQ(::write(init_line(), &next, sizeof next),
                        static_cast<ssize_t>(sizeof next));
              EXPECT_EQ(::waitpid(next, nullptr, 0), next);
              return 0;
            })),
            1);
}

TEST(Init, ReapsStrangersWhileTheMasterLives) {
  testing::TempDir dir;
  const pid_t init = start_init([&] {
    for (int i = 0; i < 200; ++i) {
      if (::fork() != 0) continue;
      if (::fork() == 0) ::_exit(0);  // An orphan in a moment.
      ::_exit(0);
    }
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
    dir.write("orphaned", "");
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
    int got = 0;
    ::sigwait(&term, &got);
    return 0;
  });
  ASSERT_TRUE(
      testing::eventually([&] { return ::access(dir.file("orphaned").c_str(), F_OK) == 0; }));
  // Its children: the master, and no zombie beside it.
  const std::string path = fmt::format("/proc/{0}/task/{0}/children", init);
  EXPECT_TRUE(testing::eventually([&] {
    std::ifstream file(path);
    int children = 0;
    for (pid_t pid; file >> pid;) ++children;
    return children == 1;
  }));
  ::kill(init, SIGTERM);
  EXPECT_EQ(status_of(init), 0);
}

TEST(Init, IsNobodyUnlessItIsPid1) {
  const pid_t before = ::getpid();
  EXPECT_EQ(run_as_init_if_pid1([&] { return ::getpid() == before ? 3 : 4; }), 3);
}

TEST(Init, IsTheInitOfAPidNamespace) {
  const pid_t outer = ::fork();
  if (outer == 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) ::_exit(77);
    const pid_t first = ::fork();  // PID 1 in there.
    if (first == 0) ::_exit(run_as_init_if_pid1([] { return ::getpid() == 1 ? 9 : 5; }));
    int status = 0;
    ::waitpid(first, &status, 0);
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 8);
  }
  const int status = status_of(outer);
  if (status == 77) GTEST_SKIP() << "no namespaces here";
  EXPECT_EQ(status, 5) << "the master is not PID 1 itself";
}

}  // namespace
}  // namespace svc
