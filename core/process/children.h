// children.h — every process that the master has forked, and what is to happen when it ends.
//
// Why one place: waitpid(2) tells of whatever child there is. As a subreaper or PID 1 that may be a
// stranger; only a pid that was entered here when it was forked is anybody's worker.
//
// Process: the master.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>

namespace svc {

class Children {
 public:
  using OnExit = std::function<void(int status)>;  // As waitpid(2) tells it.
  static constexpr int kReapedPerTurn = 1024;
  static constexpr int kInVainMax = 10;

  void add(pid_t pid, OnExit on_exit);
  void forget(pid_t pid) noexcept;  // It is reaped all the same, but nobody is told.
  // Takes all that have ended, strangers included. False: there may be more. A failure to ask is no
  // answer, since SIGCHLD isn't sent again; but we don't ask for ever.
  bool reap();
  size_t size() const noexcept { return children_.size(); }

 private:
  std::map<pid_t, OnExit> children_;
  int vain_ = 0;
};

}  // namespace svc
