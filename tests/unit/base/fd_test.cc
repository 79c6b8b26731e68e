#include "core/base/fd.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base_support.h"

namespace svc {
namespace {

bool is_open(int fd) { return sys::fcntl(fd, F_GETFD) >= 0; }

TEST(Fd, ClosesWhatItOwns) {
  int number = -1;
  {
    const Fd fd = make_pipe().read;
    number = fd.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Fd, OwnsNothingOnceMovedFromOrReleased) {
  Fd first = make_pipe().read;
  const int number = first.get();
  Fd second = std::move(first);
  EXPECT_FALSE(first);
  EXPECT_EQ(second.get(), number);
  EXPECT_EQ(second.release(), number);
  EXPECT_FALSE(second.valid());
  EXPECT_TRUE(is_open(number));
  sys::close(number);
}

TEST(Fd, AssignmentClosesTheFormerOne) {
  Pipe pipe = make_pipe();
  const int former = pipe.read.get();
  const int latter = pipe.write.get();
  pipe.read = std::move(pipe.write);
  EXPECT_FALSE(is_open(former));
  EXPECT_EQ(pipe.read.get(), latter);
  Fd& same = pipe.read;
  pipe.read = std::move(same);
  EXPECT_TRUE(is_open(latter));
}

TEST(Fd, ClosingKeepsErrno) {
  Fd fd = make_pipe().read;
  sys::close(fd.get());  // So that the second close fails with EBADF.
  errno = EADDRINUSE;
  fd.reset();
  EXPECT_EQ(errno, EADDRINUSE);
}

}  // namespace
}  // namespace svc
