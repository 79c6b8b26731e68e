// job.h — a program that svcctl runs beside itself, and that doesn't outlive it.
//
// Why a session of its own: Ctrl-C reaches everything in the terminal's foreground group at once,
// and a server that hears it from the terminal and from us would take it for the second one, which
// drops what is being served. So only svcctl hears it. Should svcctl be killed, the kernel sends
// the job SIGTERM (PR_SET_PDEATHSIG).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

class Job {
 public:
  struct Order {
    std::vector<std::string> command = {};
    std::string folder = {};  // Where it runs; empty: here.
    // Not -1: what it gets as `passed_as`, and nothing else but the three standard streams.
    int passed = -1;
  };
  static constexpr int kPassedAs = 3;

  Job() noexcept = default;
  static Result<Job> start(const Order& order);
  Job(Job&& other) noexcept;
  Job& operator=(Job&& other) noexcept;
  ~Job();  // SIGKILL to all of its session that is in its group, if it still runs.

  bool running() const noexcept { return pid_ > 0; }
  pid_t pid() const noexcept { return pid_; }
  void signal(int number) const noexcept;  // To its whole group.
  // waitpid(2)'s status, once, when it has ended.
  std::optional<int> ended();

 private:
  pid_t pid_ = -1;
};

// "exit status 2", "signal 9 (Killed)".
std::string ending_text(int status);

}  // namespace svc
