// pid1.h — svcd as process 1 of a container: a pid namespace with a /proc of its own.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/svcd.h"

namespace svc::testing {

class Pid1 {
 public:
  static bool possible();  // Namespaces may take more rights than a test has.

  // Starts `svcd` in there and waits until its service "one" answers.
  bool start(const Svcd& svcd);
  pid_t init() const noexcept { return init_; }  // Process 1, as it is called out here.
  // Processes that end when their parents have: they become children of process 1.
  bool make_strangers(int count) const;
  bool has_zombies() const;
  int stop();  // TERM to process 1; its exit status.

 private:
  Outcome run_inside(const std::string& script) const;
  Process unshare_;
  pid_t init_ = 0;
};

}  // namespace svc::testing
