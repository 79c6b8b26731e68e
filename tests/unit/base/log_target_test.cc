#include "core/base/log_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits.h>
#include <stdlib.h>

#include <chrono>

#include "base_support.h"
#include "core/base/clock.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

constexpr std::string_view kLine = "a line of the log\n";

// Writes until nothing more goes in; every pipe and socket is full after this many lines.
int fill(LogTarget& target) {
  constexpr int kEnough = 1'000'000;
  for (int lines = 0; lines < kEnough; ++lines)
    if (!target.write(kLine, 0)) return lines;
  return kEnough;
}

LogTarget standard(int fd) {
  auto target = LogTarget::standard(fd, "stderr");
  if (!target) throw std::runtime_error(target.error().text);
  return *std::move(target);
}

TEST(LogTarget, FileIsMadeForOwnerAndGroupAndAppendedTo) {
  testing::TempDir dir;
  const std::string path = dir.file("log");
  for (int round = 0; round < 2; ++round) {
    auto target = LogTarget::file(path);
    ASSERT_TRUE(target) << target.error().text;
    EXPECT_TRUE(target->write(kLine, 0));
  }
  EXPECT_EQ(read_file(path, 1000).value(), std::string(kLine) + std::string(kLine));
  struct stat facts;
  ASSERT_EQ(sys::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0137, 0u);
}

TEST(LogTarget, FileThatCannotBeOpenedIsNamed) {
  EXPECT_EQ(LogTarget::file("/nowhere/log").error().text,
            "open /nowhere/log: No such file or directory");
}

TEST(LogTarget, FullPipeNeverBlocksAndIsLeftAsItWasForOthers) {
  Pipe pipe = make_pipe();
  LogTarget target = standard(pipe.write.get());
  EXPECT_GT(fill(target), 100);
  EXPECT_EQ(sys::fcntl(pipe.write.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(LogTarget, FullPipeNeverBlocksWhenItCannotBeOpenedAnew) {
  Pipe pipe = make_pipe();
  LogTarget target = LogTarget::adopted(std::move(pipe.write));
  EXPECT_GT(fill(target), 100);
}

TEST(LogTarget, PipeTakesLinesAgainOnceItIsRead) {
  Pipe pipe = make_pipe();
  LogTarget target = standard(pipe.write.get());
  fill(target);
  char buffer[PIPE_BUF * 2];
  ASSERT_GT(sys::read(pipe.read.get(), buffer, sizeof buffer), 0);
  EXPECT_TRUE(target.write(kLine, 0));
}

TEST(LogTarget, PipeWithoutAReaderOnlyLosesTheLine) {
  EXPECT_EQ(in_child([] {
              ::signal(SIGPIPE, SIG_IGN);
              Pipe pipe = make_pipe();
              LogTarget target = standard(pipe.write.get());
              pipe.read.reset();
              return std::string(target.write(kLine, 100) ? "written" : "lost");
            }),
            "lost");
}

TEST(LogTarget, FullSocketNeverBlocksAndABrokenOneRaisesNoSignal) {
  int fds[2];
  ASSERT_EQ(sys::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
  Fd ours(fds[0]);
  Fd theirs(fds[1]);
  LogTarget target = standard(ours.get());
  EXPECT_GT(fill(target), 10);
  theirs.reset();
  EXPECT_FALSE(target.write(kLine, 0));
  EXPECT_EQ(sys::fcntl(ours.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(LogTarget, TerminalThatNobodyReadsNeverBlocks) {
  Fd terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(terminal);
  ASSERT_EQ(::grantpt(terminal.get()), 0);
  ASSERT_EQ(::unlockpt(terminal.get()), 0);
  Fd shell(sys::open(::ptsname(terminal.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(shell);
  LogTarget anew = standard(shell.get());
  EXPECT_TRUE(anew.terminal());
  EXPECT_GT(fill(anew), 10);
  LogTarget shared = LogTarget::adopted(Fd(sys::dup_cloexec(shell.get())));
  EXPECT_LT(fill(shared), 100);
  EXPECT_EQ(sys::fcntl(shell.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(LogTarget, FullDiskOnlyLosesTheLine) {
  auto target = LogTarget::file("/dev/full");
  ASSERT_TRUE(target);
  EXPECT_FALSE(target->write(kLine, 0));
  EXPECT_FALSE(target->terminal());
}

TEST(LogTarget, ALineCutByAFullDiskIsEndedBeforeTheNext) {
  testing::TempDir dir;
  const std::string path = dir.file("log");
  EXPECT_EQ(in_child([&] {
              ::signal(SIGXFSZ, SIG_IGN);
              auto target = LogTarget::file(path);
              rlimit limit{6, RLIM_INFINITY};
              sys::setrlimit(RLIMIT_FSIZE, &limit);  // The disk's end, after six bytes.
              const bool cut = target->write("0123456789\n", 0);
              limit.rlim_cur = RLIM_INFINITY;
              sys::setrlimit(RLIMIT_FSIZE, &limit);
              const bool next = target->write("next\n", 0);
              return std::string(cut ? "whole" : "cut") + (next ? " next" : "");
            }),
            "cut next");
  EXPECT_EQ(read_file(path, 100).value(), "012345\nnext\n");
}

TEST(LogTarget, WaitsForAStuckReaderAsLongAsItIsTold) {
  Pipe pipe = make_pipe();
  LogTarget target = standard(pipe.write.get());
  fill(target);
  const Instant start = Clock::steady().now();
  EXPECT_FALSE(target.write(kLine, 50));
  EXPECT_GE(Clock::steady().now() - start, 50ms);
}

TEST(LogTarget, WaitingEndsWhenTheReaderComes) {
  Pipe pipe = make_pipe();
  LogTarget target = standard(pipe.write.get());
  fill(target);
  const pid_t reader = ::fork();
  if (reader == 0) {
    char buffer[PIPE_BUF * 2];
    ::_exit(sys::read(pipe.read.get(), buffer, sizeof buffer) > 0 ? 0 : 1);
  }
  EXPECT_TRUE(target.write(kLine, 60'000));
  int status = 0;
  EXPECT_EQ(sys::waitpid(reader, &status, 0), reader);
  EXPECT_EQ(status, 0);
}

TEST(LogTarget, StandsAboveTheStandardDescriptors) {
  EXPECT_EQ(in_child([] {
              Fd file(sys::open("/dev/null", O_WRONLY | O_CLOEXEC));
              ::close(0);
              ::close(1);
              const LogTarget first = standard(file.get());
              const auto second = LogTarget::file("/dev/null");
              const bool above = first.descriptor() > 2 && second->descriptor() > 2;
              return std::string(above ? "above" : "among them");
            }),
            "above");
}

TEST(LogTarget, NowhereLosesEveryLine) {
  LogTarget target;
  EXPECT_FALSE(target.write(kLine, 0));
  EXPECT_EQ(target.descriptor(), -1);
}

TEST(LogTarget, AClosedStandardDescriptorIsAnError) {
  const int closed = make_pipe().read.get();  // The number of what is closed by now.
  EXPECT_EQ(LogTarget::standard(closed, "stderr").error().text,
            "log to stderr: Bad file descriptor");
}

}  // namespace
}  // namespace svc
