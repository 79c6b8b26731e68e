#include "core/process/pid_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using testing::read_file;
using testing::TempDir;

class PidFileTest : public ::testing::Test {
 protected:
  TempDir dir_;
  std::string path_ = dir_.file("pid");
};

TEST_F(PidFileTest, HoldsOurPidWhileItLives) {
  {
    const auto file = PidFile::acquire(path_, "shop");
    ASSERT_TRUE(file);
    EXPECT_EQ(read_file(path_), fmt::format("{}\n", ::getpid()));
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(PidFileTest, RefusesASecondHolderAndNamesTheFirst) {
  const auto first = PidFile::acquire(path_, "shop");
  const auto second = PidFile::acquire(path_, "shop");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, std::errc::device_or_resource_busy);
  EXPECT_EQ(
      second.error().text,
      fmt::format("shop is already running (pid {}): see svcctl status, or set [master] name to "
                  "a name of its own",
                  ::getpid()));
  EXPECT_TRUE(std::filesystem::exists(path_)) << "the loser must not remove the winner's file";
}

TEST_F(PidFileTest, ANumberOfALivingStrangerBlocksNobody) {
  dir_.write("pid", "1\n");
  EXPECT_TRUE(PidFile::acquire(path_, "shop"));
}

TEST_F(PidFileTest, JunkInTheFileBlocksNobody) {
  dir_.write("pid", std::string(100'000, 'x'));
  const auto file = PidFile::acquire(path_, "shop");
  ASSERT_TRUE(file);
  EXPECT_EQ(read_file(path_), fmt::format("{}\n", ::getpid()));
}

TEST_F(PidFileTest, ALockEndsWithItsKilledHolder) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const auto file = PidFile::acquire(path_, "shop");
    static_cast<void>(::write(ready[1], "x", 1));
    for (;;) ::pause();
  }
  char byte;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_FALSE(PidFile::acquire(path_, "shop"));
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  EXPECT_TRUE(PidFile::acquire(path_, "shop"));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(PidFileTest, FollowsNoLink) {
  ASSERT_EQ(::symlink("/etc/passwd", path_.c_str()), 0);
  EXPECT_FALSE(PidFile::acquire(path_, "shop"));
}

TEST_F(PidFileTest, InADirectoryOfAnotherUserSaysWhose) {
  if (::geteuid() != 0) GTEST_SKIP() << "takes root, to be another user";
  ASSERT_EQ(::chmod(dir_.path().c_str(), 0755), 0);
  const pid_t stranger = ::fork();
  if (stranger == 0) {
    if (::setuid(65534) != 0) ::_exit(2);
    const auto file = PidFile::acquire(path_, "shop");
    const bool says = !file && file.error().text.find("belongs to user 0") != std::string::npos;
    ::_exit(says ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(stranger, &status, 0), stranger);
  EXPECT_EQ(status, 0);
}

TEST_F(PidFileTest, AMissingDirectoryIsAnError) {
  const auto file = PidFile::acquire(dir_.file("none/pid"), "shop");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, std::errc::no_such_file_or_directory);
}

TEST_F(PidFileTest, TwoHundredRacingStartsLeaveOneWinner) {
  int go[2], won[2], end[2];
  ASSERT_EQ(::pipe(go) + ::pipe(won) + ::pipe(end), 0);
  for (int i = 0; i < 200; ++i) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::close(go[1]);
      ::close(end[1]);
      char byte;
      static_cast<void>(::read(go[0], &byte, 1));  // All of them, when the writer closes.
      const auto file = PidFile::acquire(path_, "shop");
      if (!file) ::_exit(1);
      static_cast<void>(::write(won[1], "w", 1));
      static_cast<void>(::read(end[0], &byte, 1));
      ::_exit(0);
    }
    ASSERT_GT(pid, 0);
  }
  ::close(won[1]);
  ::close(go[1]);
  // All but the winner leave; it holds on until it is told.
  int losers = 0, winners = 0, status = 0;
  EXPECT_TRUE(testing::eventually([&] {
    while (::waitpid(-1, &status, WNOHANG) > 0) ++losers;
    return losers == 199;
  }));
  ::close(end[1]);
  while (::waitpid(-1, &status, 0) > 0) winners += WIFEXITED(status) && WEXITSTATUS(status) == 0;
  EXPECT_EQ(winners, 1);
  char bytes[8];
  EXPECT_EQ(::read(won[0], bytes, sizeof(bytes)), 1);
  for (const int fd : {go[0], won[0], end[0]}) ::close(fd);
}

// One that leaves and one that comes: the comer must never end up with a lock on a removed file.
TEST_F(PidFileTest, ComingAndGoingNeverLeavesTwoHolders) {
  constexpr int kStarters = 8, kRounds = 200;
  const std::string witness = dir_.file("witness");
  for (int i = 0; i < kStarters; ++i) {
    if (::fork() != 0) continue;
    for (int round = 0; round < kRounds; ++round) {
      const auto file = PidFile::acquire(path_, "shop");
      if (!file) continue;
      // Only one may be in here at a time.
      const int fd = ::open(witness.c_str(), O_CREAT | O_EXCL | O_WRONLY, 0600);
      if (fd < 0) ::_exit(2);
      ::close(fd);
      ::unlink(witness.c_str());
    }
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(-1, &status, 0) > 0) EXPECT_EQ(status, 0);
}

TEST_F(PidFileTest, GoesToASuccessorWithItsLock) {
  auto former = PidFile::acquire(path_, "shop");
  ASSERT_TRUE(former);
  EXPECT_FALSE(PidFile::inherit(Fd(::dup(former->descriptor())), dir_.file("other")));
  {
    auto unused = PidFile::inherit(Fd(::dup(former->descriptor())), path_);
    ASSERT_TRUE(unused);
  }
  EXPECT_TRUE(std::filesystem::exists(path_)) << "it never was the holder";
  {
    auto successor = PidFile::inherit(Fd(::dup(former->descriptor())), path_);
    ASSERT_TRUE(successor);
    ASSERT_TRUE(successor->write());
    former->abandon();
    former = PidFile();
    EXPECT_EQ(read_file(path_), fmt::format("{}\n", ::getpid()));
    EXPECT_FALSE(PidFile::acquire(path_, "shop"));
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace svc
