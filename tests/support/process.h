// process.h — a child process of a test: started, watched, and never left behind.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/eventually.h"

namespace svc::testing {

struct ProcessOptions {
  std::vector<std::string> environment = {};  // "NAME=value", added to the test's own.
  std::string output = {};                    // File that takes stdout and stderr; "": inherited.
  std::vector<std::pair<int, int>> descriptors = {};  // (ours, theirs): dup2'ed into the child.
  bool own_group = true;                   // A session of its own, killed as a whole at the end.
  bool listen_pid = false;                 // LISTEN_PID is its own id (sd_listen_fds(3)).
  std::function<void()> before_exec = {};  // In the child: async-signal-safe calls alone.
};

class Process {
 public:
  Process() = default;
  static Process start(const std::vector<std::string>& arguments,
                       const ProcessOptions& options = {});
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();  // SIGKILL to its group, and reaped.

  pid_t pid() const noexcept { return pid_; }
  bool running();
  void signal(int number) const;
  // waitpid status, or nullopt when it still runs at the deadline.
  std::optional<int> wait(std::chrono::milliseconds within = kDeadline);
  // Exit status; -signal if it was killed; -1000 if it never ended.
  int exit_code(std::chrono::milliseconds within = kDeadline);

 private:
  void end() noexcept;
  pid_t pid_ = -1;
  bool group_ = false;
  std::optional<int> status_;
};

struct Outcome {
  int exit_code = 0;
  std::string output;  // stdout and stderr, in the order written.
  std::string out;     // stdout alone.
};
// Runs a command to its end.
Outcome run(const std::vector<std::string>& arguments, std::vector<std::string> environment = {},
            std::chrono::milliseconds within = kDeadline);

bool process_exists(pid_t pid);  // Not counting zombies.

}  // namespace svc::testing
