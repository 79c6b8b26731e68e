// base_support.h — children and pipes for the tests of core/base.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/file.h"
#include "core/base/sys.h"

namespace svc {

struct Pipe {
  Fd read;
  Fd write;
};

inline Pipe make_pipe(int flags = O_CLOEXEC) {
  int fds[2];
  if (sys::pipe2(fds, flags) < 0) throw std::runtime_error("pipe2");
  return {Fd(fds[0]), Fd(fds[1])};
}

// Runs `body` in a child of fork(2), which is gone afterwards: for what changes the whole process.
// Returns the string that body returned; "child died" and the wait status otherwise.
template <class Body>
std::string in_child(Body body) {
  Pipe pipe = make_pipe();
  std::fflush(nullptr);  // _exit(2) under the thread sanitizer would write what is buffered here.
  const pid_t child = ::fork();
  if (child == 0) {
    std::string said = "threw";
    try {
      said = body();
    } catch (...) {
    }
    if (::testing::Test::HasFailure()) said = "a check failed in the child";
    const bool told = write_all(pipe.write.get(), said, "pipe").has_value();
    ::_exit(told ? 0 : 1);
  }
  pipe.write.reset();
  std::string said = read_all(pipe.read.get(), 16 << 20, "pipe").value_or("unreadable");
  int status = 0;
  if (sys::waitpid(child, &status, 0) != child || status != 0)
    return "child died: " + std::to_string(status);
  return said;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace svc
