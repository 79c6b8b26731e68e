#include "core/base/socket_file.h"

#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "core/base/fd.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr std::string_view kBesideSuffix = ".new";

std::string directory_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

// What a person should know beyond strerror(3); "" when there is nothing.
std::string story_of(int error_number, std::string_view path) {
  const std::string directory = directory_of(path);
  switch (error_number) {
    case EADDRINUSE:
      return "another process listens there; stop it or choose another path";
    case ENOENT:
    case ENOTDIR:
      return fmt::format("no directory {}; make it, or choose another path", directory);
    case EACCES:
      return fmt::format("no right to make a socket in {}; let this user write there", directory);
    case EROFS:
      return fmt::format("{} is on a read-only file system; choose another path", directory);
    default:
      return "";
  }
}

// Held by whoever replaces a socket file in a directory. Advisory and best effort: without it (no
// right to read the directory, a file system without flock, a stranger who never lets go) two
// masters that start in the same instant with the same path may both believe they have it.
class DirectoryLock {
 public:
  explicit DirectoryLock(std::string_view path) {
    directory_ = Fd(sys::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory_) return;
    for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
      if (sys::flock(directory_.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
      sys::poll(nullptr, 0, kPauseMs);
    }
  }

 private:
  static constexpr int kAttemptsMax = 50;
  static constexpr int kPauseMs = 10;
  Fd directory_;  // Closing it lets go.
};

// New files can be used by their owner alone, for as long as this lives. The master has one thread.
class PrivateUmask {
 public:
  PrivateUmask() noexcept : former_(::umask(0177)) {}
  ~PrivateUmask() { ::umask(former_); }
  PrivateUmask(const PrivateUmask&) = delete;
  PrivateUmask& operator=(const PrivateUmask&) = delete;

 private:
  mode_t former_;
};

const sockaddr* generic(const sockaddr_un& address) noexcept {
  return reinterpret_cast<const sockaddr*>(&address);
}

// Does anybody accept at the address? unix(7): ECONNREFUSED is what a file without a listener says.
Result<bool> is_live(const sockaddr_un& address) {
  const std::string doing = fmt::format("listen on unix {}", address.sun_path);
  const Fd probe(sys::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!probe) return Error::from_errno(doing);
  if (sys::connect(probe.get(), generic(address), sizeof address) == 0) return true;
  if (errno == ECONNREFUSED || errno == ENOENT) return false;
  if (errno == EAGAIN || errno == EPROTOTYPE) return true;  // Its queue is full; a datagram socket.
  return Error::from_errno(doing + ": is the socket that stands there in use?");
}

// Makes room at the path: nothing stands there, or a dead socket's file, which goes.
Result<> clear_stale(const sockaddr_un& address, const std::string& path) {
  struct stat facts {};
  if (sys::lstat(path.c_str(), &facts) < 0)
    return errno == ENOENT ? Result<>() : socket_path_error(errno, path);
  if (!S_ISSOCK(facts.st_mode))
    return Error::of(
        std::errc::file_exists,
        fmt::format("listen on unix {}: a file that is no socket stands there; remove it or "
                    "choose another path",
                    path));
  SVC_TRY(const bool live, is_live(address));
  if (live) return socket_path_error(EADDRINUSE, path);
  if (sys::unlink(path.c_str()) < 0 && errno != ENOENT)
    return Error::from_errno("replace stale socket " + path);
  return {};
}

Result<> set_rights(const std::string& path, const SocketFileOptions& options) {
  if (sys::chmod(path.c_str(), options.mode) < 0)
    return Error::from_errno(fmt::format("chmod {:o} {}", options.mode, path));
  if (!options.owner && !options.group) return {};
  const uid_t owner = options.owner.value_or(static_cast<uid_t>(-1));  // -1: as it is.
  const gid_t group = options.group.value_or(static_cast<gid_t>(-1));
  if (sys::chown(path.c_str(), owner, group) < 0)
    return Error::from_errno(fmt::format("give {} to uid {} gid {} (only root may give files away)",
                                         path, static_cast<int64_t>(static_cast<int32_t>(owner)),
                                         static_cast<int64_t>(static_cast<int32_t>(group))));
  return {};
}

}  // namespace

Result<sockaddr_un> socket_path(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty()) return Error::invalid("a Unix socket needs a path");
  if (path.size() >= sizeof address.sun_path)
    return Error::of(std::errc::filename_too_long,
                     fmt::format("unix {}: the path has {} bytes, a Unix socket's at most {}; "
                                 "choose a shorter directory",
                                 path, path.size(), sizeof address.sun_path - 1));
  path.copy(address.sun_path, path.size());
  return address;
}

Error socket_path_error(int error_number, const std::string& path) {
  const std::string doing = "listen on unix " + path;
  const std::string story = story_of(error_number, path);
  if (story.empty()) return Error::from_code(error_number, doing);
  return Error::of(static_cast<std::errc>(error_number), doing + ": " + story);
}

Result<SocketFile> SocketFile::bind(int socket, const std::string& path,
                                    const SocketFileOptions& options) {
  SVC_TRY(const sockaddr_un address, socket_path(path));
  const DirectoryLock lock(path);
  SVC_TRY_VOID(clear_stale(address, path));
  {
    const PrivateUmask mask;
    if (sys::bind(socket, generic(address), sizeof address) < 0)
      return socket_path_error(errno, path);
  }
  struct stat facts {};
  if (sys::lstat(path.c_str(), &facts) < 0) {
    auto error = Error::from_errno("stat " + path);
    sys::unlink(path.c_str());
    return error;
  }
  SocketFile made;
  made.path_ = path;
  made.identity_ = {facts.st_dev, facts.st_ino};
  made.opener_ = ::getpid();
  SVC_TRY_VOID(set_rights(path, options));
  return made;
}

Result<SocketFile> SocketFile::bind_over(int socket, const std::string& path,
                                         const SocketFileOptions& options, int backlog) {
  SVC_TRY(SocketFile made, bind(socket, fmt::format("{}{}", path, kBesideSuffix), options));
  if (sys::listen(socket, backlog) < 0) return socket_path_error(errno, path);
  if (sys::rename(made.path_.c_str(), path.c_str()) < 0)
    return Error::from_errno("put a new socket at " + path);
  made.path_ = path;
  return made;
}

Result<SocketFile> SocketFile::adopt(const std::string& path, const Identity& identity) {
  struct stat facts {};
  if (sys::lstat(path.c_str(), &facts) < 0) return Error::from_errno("take over " + path);
  if (!S_ISSOCK(facts.st_mode) || facts.st_dev != identity.device || facts.st_ino != identity.inode)
    return Error::of(std::errc::no_such_file_or_directory,
                     "take over " + path + ": another file stands there by now");
  SocketFile adopted;
  adopted.path_ = path;
  adopted.identity_ = identity;
  adopted.opener_ = ::getpid();
  return adopted;
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), identity_(other.identity_), opener_(other.opener_) {}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
  if (this == &other) return *this;
  unlink();
  path_ = std::exchange(other.path_, {});
  identity_ = other.identity_;
  opener_ = other.opener_;
  return *this;
}

void SocketFile::unlink() noexcept {
  const std::string path = std::exchange(path_, {});
  if (path.empty() || opener_ != ::getpid()) return;
  struct stat facts {};
  if (sys::lstat(path.c_str(), &facts) < 0) {
    if (errno != ENOENT && errno != ENOTDIR)
      log::warn("{} may stay behind: {}; remove it", path, std::strerror(errno));
  } else if (facts.st_dev == identity_.device && facts.st_ino == identity_.inode) {
    remove_file(path);
  }
}

}  // namespace svc
