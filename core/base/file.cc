#include "core/base/file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kChunk = 64 * 1024;

std::string doing(const char* what, std::string_view name) {
  std::string text(what);
  text += ' ';
  text += name;
  return text;
}

Result<> fill(const Fd& fd, const std::string& path, std::string_view data, mode_t mode) {
  SVC_TRY_VOID(write_all(fd.get(), data, path));
  if (sys::fchmod(fd.get(), mode) < 0) return Error::from_errno(doing("chmod", path));
  // Before the rename: a crash must not leave a new name in front of an empty file.
  if (sys::fsync(fd.get()) < 0) return Error::from_errno(doing("fsync", path));
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, size_t size_max) {
  // Without O_NONBLOCK a FIFO without a writer would hold us in open(2).
  Fd fd(sys::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return Error::from_errno(doing("open", path));
  struct stat facts;
  if (sys::fstat(fd.get(), &facts) < 0) return Error::from_errno(doing("stat", path));
  if (S_ISDIR(facts.st_mode))
    return Error::of(std::errc::is_a_directory, doing("read", path) + ": it is a directory");
  if (!S_ISREG(facts.st_mode) && !S_ISCHR(facts.st_mode))
    return Error::invalid(doing("read", path) + ": it is not a regular file");
  return read_all(fd.get(), size_max, path);
}

Result<std::string> read_all(int fd, size_t size_max, std::string_view name) {
  std::string data;
  for (;;) {
    // One byte more than may come: that is how too much is told from just enough.
    const size_t room = std::min(kChunk, size_max - data.size() + 1);
    const size_t had = data.size();
    data.resize(had + room);
    const ssize_t got = sys::read(fd, data.data() + had, room);
    if (got < 0) return Error::from_errno(doing("read", name));
    data.resize(had + static_cast<size_t>(got));
    if (got == 0) return data;
    if (data.size() > size_max)
      return Error::of(std::errc::file_too_large, doing("read", name) + ": it is larger than " +
                                                      std::to_string(size_max) + " bytes");
  }
}

Result<> write_all(int fd, std::string_view data, std::string_view name) {
  while (!data.empty()) {
    const ssize_t written = sys::write(fd, data.data(), data.size());
    if (written < 0) return Error::from_errno(doing("write", name));
    data.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<> write_file(const std::string& path, std::string_view data, mode_t mode) {
  // Random, so that two writers don't meet and what a killed one left behind is in nobody's way.
  const std::string draft = path + "." + random_hex(6) + ".new";
  Fd fd(sys::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return Error::from_errno(doing("create", draft));
  auto written = fill(fd, path, data, mode);
  if (written && sys::rename(draft.c_str(), path.c_str()) < 0)
    written = Error::from_errno(doing("rename to", path));
  if (!written) sys::unlink(draft.c_str());
  return written;
}

void remove_file(const std::string& path) noexcept {
  if (sys::unlink(path.c_str()) < 0 && errno != ENOENT && errno != ENOTDIR)
    log::warn("{} stays behind: {}; remove it", path, std::strerror(errno));
}

}  // namespace svc
