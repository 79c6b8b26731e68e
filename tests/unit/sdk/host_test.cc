#include "core/sdk/host.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace svc {
namespace {

TEST(Host, WorkerIsKnownWhileItIsBound) {
  EXPECT_EQ(worker().service, "");
  {
    const WorkerBinding outer({"users", 3, 7, 0}, nullptr);
    EXPECT_EQ(worker().service, "users");
    EXPECT_EQ(worker().index, 3u);
    EXPECT_EQ(worker().generation, 7u);
    {
      const WorkerBinding inner({"other", 0, 1, 0}, nullptr);
      EXPECT_EQ(worker().service, "other");
    }
    EXPECT_EQ(worker().service, "users");
  }
  EXPECT_EQ(WorkerBinding::current(), nullptr);
}

TEST(Host, PidIsThatOfTheProcessThatAsks) {
  EXPECT_EQ(worker().pid, ::getpid());
  const pid_t child = ::fork();
  if (child == 0) ::_exit(worker().pid == ::getpid() ? 0 : 1);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace svc
