#include "core/process/pid_file.h"

#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <utility>

#include "core/base/file.h"
#include "core/base/sys.h"

namespace svc {
namespace {

// What the holder wrote, for the message only; empty if that is no number.
std::string holder(int fd) {
  std::array<char, 16> text{};
  const ssize_t size = sys::pread(fd, text.data(), text.size(), 0);
  std::string pid(text.data(), static_cast<size_t>(std::max<ssize_t>(size, 0)));
  pid.resize(static_cast<size_t>(
      std::find_if(pid.begin(), pid.end(), [](unsigned char c) { return !std::isdigit(c); }) -
      pid.begin()));
  return pid;
}

// A server that another user, root above all, once started under this name leaves its directory.
Error cannot_open(const std::string& path) {
  Error error = Error::from_errno("pid file " + path);
  const std::string dir = path.substr(0, path.rfind('/'));
  struct stat facts {};
  if (error.code == std::errc::permission_denied && sys::stat(dir.c_str(), &facts) == 0 &&
      facts.st_uid != ::geteuid())
    error.text += fmt::format(
        "; {} belongs to user {}: stop the server that this user runs, and remove the directory",
        dir, facts.st_uid);
  return error;
}

// The file that we have locked is the one that is at the path: a former holder may have removed it
// between our open(2) and our lock.
Result<bool> is_current(int fd, const std::string& path) {
  struct stat ours {
  }, there{};
  if (sys::fstat(fd, &ours) < 0) return Error::from_errno("pid file " + path);
  if (sys::lstat(path.c_str(), &there) < 0) {
    if (errno == ENOENT) return false;
    return Error::from_errno("pid file " + path);
  }
  return ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

}  // namespace

Result<PidFile> PidFile::acquire(const std::string& path, const std::string& name) {
  constexpr int kTries = 100;  // Each lost one means that another master came and went.
  for (int i = 0; i < kTries; ++i) {
    SVC_TRY(auto file, try_once(path, name));
    if (file) return std::move(*file);
  }
  return Error::of(std::errc::device_or_resource_busy,
                   "pid file " + path + " changes all the time");
}

// nullopt: the file that we got hold of is not the one at the path any more.
Result<std::optional<PidFile>> PidFile::try_once(const std::string& path, const std::string& name) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  Fd fd(sys::open(path.c_str(), kFlags | O_EXCL, 0644));
  const bool made = fd.valid();
  if (!made && errno == EEXIST) fd = Fd(sys::open(path.c_str(), kFlags, 0644));
  if (!fd) return cannot_open(path);

  PidFile file;
  file.path_ = path;
  file.ours_ = made;  // Should a step fail, it is ours to remove.
  file.fd_ = std::move(fd);
  if (sys::flock(file.fd_.get(), LOCK_EX | LOCK_NB) < 0) {
    const int error = errno;
    if (error != EWOULDBLOCK) return Error::from_code(error, "lock pid file " + path);
    file.ours_ = false;  // Somebody was faster with the file that we made.
    const std::string pid = holder(file.fd_.get());
    return Error::of(
        std::errc::device_or_resource_busy,
        fmt::format("{} is already running{}: see svcctl status, or set [master] name to "
                    "a name of its own",
                    name, pid.empty() ? "" : fmt::format(" (pid {})", pid)));
  }
  SVC_TRY(const bool current, is_current(file.fd_.get(), path));
  if (!current) {
    file.ours_ = false;
    return std::optional<PidFile>();
  }
  SVC_TRY_VOID(file.write());
  return std::optional<PidFile>(std::move(file));
}

Result<PidFile> PidFile::inherit(Fd descriptor, const std::string& path) {
  PidFile file;
  file.fd_ = std::move(descriptor);
  file.path_ = path;
  SVC_TRY(const bool current, is_current(file.fd_.get(), path));
  if (!current)
    return Error::invalid("pid file " + path +
                          ": the former master has another one; name and "
                          "runtime_dir need a restart");
  return file;
}

// Through a descriptor of its own, so that it begins at the beginning: a predecessor has written
// through the one that we share.
Result<> PidFile::write() {
  ours_ = true;
  const Fd fd(sys::open(path_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) return Error::from_errno("pid file " + path_);
  return write_all(fd.get(), fmt::format("{}\n", ::getpid()), "pid file " + path_);
}

void PidFile::abandon() noexcept {
  ours_ = false;
  fd_.reset();
}

PidFile& PidFile::operator=(PidFile&& other) noexcept {
  if (this == &other) return *this;
  release();
  fd_ = std::move(other.fd_);
  path_ = std::move(other.path_);
  ours_ = std::exchange(other.ours_, false);
  return *this;
}

// In this order: once the lock is free, the file at the path may be another's.
void PidFile::release() noexcept {
  if (fd_ && ours_) remove_file(path_);
  fd_.reset();
}

}  // namespace svc
