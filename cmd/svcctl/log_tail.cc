#include "cmd/svcctl/log_tail.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kChunk = 64 * 1024;

}  // namespace

Result<LogTail> LogTail::open(std::string path) {
  Fd file(sys::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return Error::from_errno("open log " + path);
  struct stat facts {};
  if (sys::fstat(file.get(), &facts) < 0) return Error::from_errno("open log " + path);
  if (!S_ISREG(facts.st_mode)) return Error::invalid("log " + path + ": not a file");
  return LogTail(std::move(path), std::move(file));
}

Result<> LogTail::last(uint32_t lines, const Sink& sink) {
  struct stat facts {};
  if (sys::fstat(file_.get(), &facts) < 0) return Error::from_errno("read log " + path_);
  const auto size = static_cast<uint64_t>(facts.st_size);
  const uint64_t floor = size - std::min(size, kBackMax);
  std::array<char, kChunk> chunk;
  uint64_t at = size;
  uint64_t breaks = 0;
  offset_ = floor;
  // Backwards: the line break before the first wanted line is the one after `lines` others, the
  // last of which ends the file.
  while (at > floor && offset_ == floor) {
    const uint64_t begin = std::max(floor, at - std::min<uint64_t>(at, kChunk));
    const ssize_t got =
        sys::pread(file_.get(), chunk.data(), at - begin, static_cast<off_t>(begin));
    if (got < 0) return Error::from_errno("read log " + path_);
    for (ssize_t i = got; i-- > 0;) {
      const bool ends_file = begin + static_cast<uint64_t>(i) + 1 == size;
      if (chunk[static_cast<size_t>(i)] != '\n' || ends_file) continue;
      if (++breaks < lines) continue;
      offset_ = begin + static_cast<uint64_t>(i) + 1;
      break;
    }
    at = begin;
  }
  if (lines == 0) offset_ = size;
  return copy(sink);
}

Result<> LogTail::more(const Sink& sink) {
  SVC_TRY_VOID(copy(sink));
  struct stat there {
  }, mine{};
  if (sys::fstat(file_.get(), &mine) < 0) return Error::from_errno("read log " + path_);
  if (static_cast<uint64_t>(mine.st_size) < offset_) offset_ = 0;  // Truncated in place.
  // Renamed away, and not yet made again: goes on with what it has.
  if (sys::stat(path_.c_str(), &there) < 0) return {};
  if (there.st_dev == mine.st_dev && there.st_ino == mine.st_ino) return {};
  SVC_TRY(LogTail next, open(path_));
  *this = std::move(next);
  return copy(sink);
}

Result<> LogTail::copy(const Sink& sink) {
  std::array<char, kChunk> chunk;
  for (;;) {
    const ssize_t size =
        sys::pread(file_.get(), chunk.data(), chunk.size(), static_cast<off_t>(offset_));
    if (size < 0) return Error::from_errno("read log " + path_);
    if (size == 0) return {};
    offset_ += static_cast<uint64_t>(size);
    sink({chunk.data(), static_cast<size_t>(size)});
  }
}

}  // namespace svc
