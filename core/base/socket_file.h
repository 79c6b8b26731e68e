// socket_file.h — the file of a Unix socket: made for its socket, taken away with it.
//
// Why not just bind(2) and unlink(2): a master that was killed leaves its file behind, and the next
// one must replace that, but never a file whose owner lives, nor a file that is no socket. Two
// masters that do so at once are kept apart by a lock on the directory (flock(2), advisory).
//
// Processes: the master. A child of fork(2) that destroys its copy leaves the file alone.
#pragma once

#include <sys/types.h>
#include <sys/un.h>

#include <optional>
#include <string>

#include "core/base/api.h"
#include "core/base/result.h"

namespace svc {

struct SocketFileOptions {
  mode_t mode = 0600;
  std::optional<uid_t> owner;
  std::optional<gid_t> group;
};

class SVC_API SocketFile {
 public:
  // Binds `socket` to `path` and gives the file its mode and owner, all before listen(2), which is
  // the caller's: nobody can connect to a file with the wrong rights. Errors: one line that names
  // path and remedy; no file of ours is left behind.
  static Result<SocketFile> bind(int socket, const std::string& path,
                                 const SocketFileOptions& options);

  // The same where a living predecessor still has the path: bound beside it, listening (listen(2)'s
  // `backlog`), and renamed over it in one step, so that somebody answers there at any moment.
  static Result<SocketFile> bind_over(int socket, const std::string& path,
                                      const SocketFileOptions& options, int backlog);
  // The file of a socket that another process bound, if it is still the very same one; ours to take
  // away from here on. Errors: no_such_file_or_directory when it is gone or another's by now.
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
  };
  static Result<SocketFile> adopt(const std::string& path, const Identity& identity);

  SocketFile() noexcept = default;  // Of no file.
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&& other) noexcept;
  ~SocketFile() { unlink(); }

  // Now instead of at the end. Only the process that bound it, and only the very file it made.
  void unlink() noexcept;
  void disown() noexcept { path_.clear(); }  // It stays: a successor has it.
  const Identity& identity() const noexcept { return identity_; }

 private:
  std::string path_;  // Empty: nothing to unlink.
  Identity identity_;
  pid_t opener_ = 0;
};

// For connect(2) and bind(2). Errors: filename_too_long beyond sun_path, invalid_argument for none.
SVC_API Result<sockaddr_un> socket_path(const std::string& path);

// Why `path` (or "@name") can't be listened on: what socket(2), bind(2) or listen(2) reported.
SVC_API Error socket_path_error(int error_number, const std::string& path);

}  // namespace svc
