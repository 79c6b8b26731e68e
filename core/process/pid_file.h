// pid_file.h — one master of a name at a time: flock(2) on its pid file.
//
// Why the lock and not the number: a pid in a file may by now be anybody's, and two starts that
// check it before they write it both win. The lock ends with its holder, however that ends.
//
// Process: the master. Children close the descriptor first thing; the lock is the master's alone.
#pragma once

#include <optional>
#include <string>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

class PidFile {
 public:
  // Makes or takes over the file and writes our pid. Errors: device_or_resource_busy when another
  // holds it ("… is already running (pid 412)"); what open(2), flock(2), write(2) say.
  static Result<PidFile> acquire(const std::string& path, const std::string& name);
  // Another master's, which started us: its lock goes with the descriptor. Errors: it is not the
  // file at the path. The number in it stays the other's until write().
  static Result<PidFile> inherit(Fd descriptor, const std::string& path);
  Result<> write();         // Our pid. Ours to remove from here on.
  void abandon() noexcept;  // A successor has it: it stays, and so does the lock.
  int descriptor() const noexcept { return fd_.get(); }
  PidFile() = default;
  PidFile(PidFile&&) noexcept = default;
  PidFile& operator=(PidFile&& other) noexcept;
  ~PidFile() { release(); }  // Removes the file, then lets go of the lock.
  bool held() const noexcept { return fd_.valid(); }

 private:
  static Result<std::optional<PidFile>> try_once(const std::string& path, const std::string& name);
  void release() noexcept;
  Fd fd_;
  std::string path_;
  bool ours_ = false;  // To remove.
};

}  // namespace svc
