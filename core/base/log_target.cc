#include "core/base/log_target.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdint>
#include <cstdlib>

#include "core/base/clock.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr int kOpenFlags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

// A terminal that poll(2) calls writable takes this much without waiting (n_tty's WAKEUP_CHARS).
constexpr size_t kTerminalChunk = 256;

// 0, 1 and 2 are for a service's own output; a log there would be lost when they are replaced.
Fd above_standard(Fd fd) noexcept {
  if (!fd || fd.get() > STDERR_FILENO) return fd;
  return Fd(sys::dup_cloexec(fd.get()));
}

}  // namespace

LogTarget::LogTarget(Fd fd) noexcept : fd_(std::move(fd)), kind_(kind_of(fd_.get())) {
  if (kind_ != Kind::pipe && kind_ != Kind::terminal) return;
  const int flags = sys::fcntl(fd_.get(), F_GETFL);
  blocks_ = flags < 0 || (flags & O_NONBLOCK) == 0;
}

LogTarget::Kind LogTarget::kind_of(int fd) noexcept {
  struct stat facts;
  if (sys::fstat(fd, &facts) < 0) return Kind::file;
  if (S_ISFIFO(facts.st_mode)) return Kind::pipe;
  if (S_ISSOCK(facts.st_mode)) return Kind::socket;
  if (S_ISCHR(facts.st_mode) && ::isatty(fd)) return Kind::terminal;
  return Kind::file;
}

bool LogTarget::journal() const noexcept {
  if (kind_ != Kind::socket) return false;
  const char* const stream = std::getenv("JOURNAL_STREAM");
  struct stat facts;
  if (stream == nullptr || sys::fstat(fd_.get(), &facts) < 0) return false;
  return stream == fmt::format("{}:{}", facts.st_dev, facts.st_ino);
}

Result<LogTarget> LogTarget::named(const std::string& name) {
  // The two paths by their meaning: opening them as files fails when they are sockets (journald).
  if (name == "stderr" || name == "/dev/stderr") return standard(STDERR_FILENO, "stderr");
  if (name == "stdout" || name == "/dev/stdout") return standard(STDOUT_FILENO, "stdout");
  return file(name);
}

Result<LogTarget> LogTarget::file(const std::string& path) {
  Fd fd = above_standard(Fd(sys::open(path.c_str(), kOpenFlags | O_CREAT, 0640)));
  if (!fd) return Error::from_errno("open " + path);
  return LogTarget(std::move(fd));
}

Result<LogTarget> LogTarget::standard(int fd, std::string_view name) {
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  Fd own;
  // The kernel can't open a socket by its name; it needs no description of its own either.
  if (kind_of(fd) != Kind::socket) own = above_standard(Fd(sys::open(path.c_str(), kOpenFlags)));
  if (!own) own = Fd(sys::dup_cloexec(fd));
  if (!own) return Error::from_errno("log to " + std::string(name));
  return LogTarget(std::move(own));
}

LogTarget LogTarget::adopted(Fd fd) { return LogTarget(std::move(fd)); }

bool LogTarget::wait_writable(int wait_ms) const noexcept {
  const Instant deadline = Clock::steady().now() + std::chrono::milliseconds(wait_ms);
  for (;;) {
    pollfd ready{fd_.get(), POLLOUT, 0};
    const auto left = deadline - Clock::steady().now();
    const auto left_ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    const int got = sys::poll(&ready, 1, static_cast<int>(std::max<int64_t>(left_ms, 0)));
    if (got >= 0) return got > 0 && (ready.revents & POLLOUT) != 0;
    if (errno != EINTR || left_ms <= 0) return false;
  }
}

size_t LogTarget::put(std::string_view bytes, int wait_ms) noexcept {
  size_t done = 0;
  while (done < bytes.size()) {
    size_t size = bytes.size() - done;
    if (blocks_) {
      if (!wait_writable(wait_ms)) break;
      size = std::min(size, kind_ == Kind::pipe ? size_t{PIPE_BUF} : kTerminalChunk);
    }
    const char* from = bytes.data() + done;
    const ssize_t written = kind_ == Kind::socket
                                ? sys::send(fd_.get(), from, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                                : sys::write(fd_.get(), from, size);
    if (written > 0) {
      done += static_cast<size_t>(written);
      continue;
    }
    if (written == 0 || errno != EAGAIN || wait_ms == 0 || !wait_writable(wait_ms)) break;
    wait_ms = 0;  // One wait a line, whatever happens after it.
  }
  return done;
}

bool LogTarget::write(std::string_view line, int wait_ms) noexcept {
  if (torn_) {
    if (put("\n", wait_ms) == 0) return false;
    torn_ = false;
  }
  const size_t done = put(line, wait_ms);
  if (done == line.size()) return true;
  torn_ = done > 0;
  return false;
}

size_t LogTarget::write_lines(std::string_view lines) noexcept {
  if (torn_) {
    if (put("\n", 0) == 0) return 0;
    torn_ = false;
  }
  const size_t done = put(lines, 0);
  torn_ = done > 0 && lines[done - 1] != '\n';
  return done;
}

size_t LogTarget::batch_max() const noexcept {
  constexpr size_t kOfAFile = 64 * 1024;
  return kind_ == Kind::file ? kOfAFile : PIPE_BUF;
}

size_t LogTarget::line_max() const noexcept { return kind_ == Kind::pipe ? PIPE_BUF : SIZE_MAX; }

}  // namespace svc
