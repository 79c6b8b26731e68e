#include "core/process/home.h"

#include <utility>

#include "core/base/file.h"
#include "core/base/sys.h"

namespace svc {

Result<Home> Home::move_in(const Config& config) {
  // A former master that is just moving out may take a directory from under us.
  constexpr int kTries = 10;
  for (int i = 1;; ++i) {
    auto home = try_once(config);
    if (home || home.error().code != std::errc::no_such_file_or_directory || i == kTries)
      return home;
  }
}

Result<Home> Home::try_once(const Config& config) {
  Home home;
  home.runtime_dir_ = config.master.runtime_dir;
  home.config_file_ = config.file;
  home.name_ = config.master.name;
  home.paths_ = runtime_paths(home.runtime_dir_, config.master.name);
  SVC_TRY_VOID(make_runtime_dirs(home.runtime_dir_, config.master.name));
  SVC_TRY(home.pid_file_, PidFile::acquire(home.paths_.pid, config.master.name));
  SVC_TRY_VOID(home.point());
  return home;
}

Result<> Home::point() {
  if (config_file_.empty()) return {};  // Made up by a program: nobody looks for its file.
  const MasterPointer pointer{config_file_, name_, paths_.control};
  SVC_TRY_VOID(write_pointer(runtime_dir_, pointer));
  pointer_ = pointer;
  return {};
}

Result<Home> Home::inherit(const Config& config, Fd pid_file) {
  Home home;
  home.config_file_ = config.file;
  home.name_ = config.master.name;
  home.inherited_dir_ = config.master.runtime_dir;
  home.paths_ = runtime_paths(home.inherited_dir_, config.master.name);
  SVC_TRY(home.pid_file_, PidFile::inherit(std::move(pid_file), home.paths_.pid));
  return home;
}

Result<> Home::take_office() {
  if (runtime_dir_.empty()) runtime_dir_ = inherited_dir_;
  SVC_TRY_VOID(pid_file_.write());
  return point();
}

void Home::abandon() noexcept {
  runtime_dir_.clear();
  pointer_ = {};
  pid_file_.abandon();
}

Home::Home(Home&& other) noexcept
    : runtime_dir_(std::exchange(other.runtime_dir_, {})),
      inherited_dir_(std::move(other.inherited_dir_)),
      config_file_(std::move(other.config_file_)),
      name_(std::move(other.name_)),
      paths_(std::move(other.paths_)),
      pointer_(std::exchange(other.pointer_, {})),
      pid_file_(std::move(other.pid_file_)),
      owns_orphan_socket_(other.owns_orphan_socket_) {}

Home::~Home() { move_out(); }

void Home::move_out() noexcept {
  if (runtime_dir_.empty()) return;  // Moved from, or out.
  if (!pointer_.config.empty()) remove_pointer(runtime_dir_, pointer_);
  if (pid_file_.held()) remove_file(paths_.control);
  if (pid_file_.held() && owns_orphan_socket_) remove_file(paths_.orphan);
  pid_file_ = PidFile();
  // They fail, rightly, while something is left in there: a log, or our successor.
  sys::rmdir(paths_.dir.c_str());
  sys::rmdir((runtime_dir_ + "/by-path").c_str());
  runtime_dir_.clear();
}

}  // namespace svc
