#include "core/process/children.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/fault.h"
#include "tests/support/eventually.h"

namespace svc {
namespace {

pid_t fork_one(int status) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(status);
  return pid;
}

TEST(Children, TellEachEndOnceToWhomItConcerns) {
  Children children;
  int first = -1, second = -1;
  children.add(fork_one(3), [&](int status) { first = WEXITSTATUS(status); });
  children.add(fork_one(4), [&](int status) { second = WEXITSTATUS(status); });
  EXPECT_TRUE(testing::eventually([&] {
    children.reap();
    return children.size() == 0;
  }));
  EXPECT_EQ(first, 3);
  EXPECT_EQ(second, 4);
}

TEST(Children, ReapStrangersAndTellNobody) {
  Children children;
  fork_one(0);
  EXPECT_TRUE(testing::eventually([&] {
    children.reap();
    return ::waitpid(-1, nullptr, WNOHANG) < 0;
  }));
}

TEST(Children, ReapOrphansThatWereGivenToUs) {
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
  Children children;
  bool told = false;
  const pid_t parent = ::fork();
  if (parent == 0) {
    for (int i = 0; i < 100; ++i)
      if (::fork() == 0) ::_exit(0);
    ::_exit(0);
  }
  children.add(parent, [&](int) { told = true; });
  EXPECT_TRUE(testing::eventually([&] {
    children.reap();
    return told && ::waitpid(-1, nullptr, WNOHANG) < 0;
  }));
  ::prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

TEST(Children, AskAgainWhenTheyCanNotBeAskedFor) {
  Children children;
  int told = -1;
  children.add(fork_one(3), [&](int status) { told = WEXITSTATUS(status); });
  sys::fault::fail_nth(1, "waitpid");
  EXPECT_FALSE(children.reap()) << "nobody else will say that it ended";
  sys::fault::never();
  EXPECT_TRUE(testing::eventually([&] { return children.reap() && told == 3; }));
}

TEST(Children, MayForgetAndAddFromWithinACall) {
  Children children;
  pid_t second = 0;
  bool second_told = false;
  children.add(fork_one(0), [&](int) {
    second = fork_one(0);
    children.add(second, [&](int) { second_told = true; });
  });
  EXPECT_TRUE(testing::eventually([&] {
    children.reap();
    return second_told;
  }));
  children.forget(second);
  EXPECT_EQ(children.size(), 0U);
}

}  // namespace
}  // namespace svc
