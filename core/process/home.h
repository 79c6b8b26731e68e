// home.h — a master's traces in the file system: directory, pid file, pointer; gone when it goes.
//
// Process: the master. After a kill -9 they stay behind; the next start of the same name takes them
// over.
#pragma once

#include "config/config.h"
#include "core/base/result.h"
#include "core/control/runtime_paths.h"
#include "core/process/pid_file.h"

namespace svc {

class Home {
 public:
  // Errors: runtime_paths.h, pid_file.h. Nothing of ours is left behind then.
  static Result<Home> move_in(const Config& config);
  // A predecessor's, who still lives there: nothing is touched. Errors: PidFile::inherit()'s.
  static Result<Home> inherit(const Config& config, Fd pid_file);
  // Pid file and pointer say our name from now on. Errors: pid_file.h, runtime_paths.h.
  Result<> take_office();
  void abandon() noexcept;  // A successor lives there now: all stays as it is.
  int pid_file() const noexcept { return pid_file_.descriptor(); }
  Home(Home&& other) noexcept;
  Home& operator=(Home&&) = delete;
  ~Home();  // Moves out.

  // Everything that says that a master lives here goes now, the lock last; a successor may move in.
  void move_out() noexcept;
  // The orphan socket goes with us, too: nobody else's workers wait there any more.
  void own_orphan_socket() noexcept { owns_orphan_socket_ = true; }

  const RuntimePaths& paths() const noexcept { return paths_; }

 private:
  Home() = default;
  static Result<Home> try_once(const Config& config);
  Result<> point();

  std::string runtime_dir_;  // Empty: there is nothing to take away.
  std::string inherited_dir_, config_file_, name_;
  RuntimePaths paths_;
  MasterPointer pointer_;
  PidFile pid_file_;
  bool owns_orphan_socket_ = false;
};

}  // namespace svc
