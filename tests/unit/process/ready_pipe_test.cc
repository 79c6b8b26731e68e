#include "core/process/ready_pipe.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <string>

namespace svc {
namespace {

std::string rest(int fd) {
  std::string text;
  char part[256];
  for (ssize_t size; (size = ::read(fd, part, sizeof(part))) > 0;)
    text.append(part, static_cast<size_t>(size));
  return text;
}

TEST(ReadyPipe, TellsProgressAndAnEnd) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ReadyPipe pipe(ends[1]);
  EXPECT_TRUE(pipe.waited_for());
  EXPECT_EQ(::fcntl(ends[1], F_GETFD), FD_CLOEXEC);
  pipe.progress("booting\n4 workers");
  pipe.ready("alpha on 127.0.0.1:80");
  EXPECT_FALSE(pipe.waited_for());
  pipe.error("too late");
  EXPECT_EQ(rest(ends[0]), "progress booting 4 workers\nready alpha on 127.0.0.1:80\n");
  ::close(ends[0]);
}

TEST(ReadyPipe, KeepsTheLinesOfAnError) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ReadyPipe pipe(ends[1]);
  pipe.error("two reasons\n  a\n  b");
  EXPECT_EQ(rest(ends[0]), "error two reasons\n  a\n  b\n");
  ::close(ends[0]);
}

TEST(ReadyPipe, GoesOnWithoutAReader) {
  ::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ReadyPipe pipe(ends[1]);
  ::close(ends[0]);
  pipe.progress("x");
  pipe.error("y");
  ::signal(SIGPIPE, SIG_DFL);
  ReadyPipe nobody;
  nobody.ready("z");
}

}  // namespace
}  // namespace svc
