// log_target.h — where the lines of the log go, written to without ever blocking.
//
// Why it is not just a descriptor: a full disk answers at once, but a pipe or a terminal that
// nobody reads makes write(2) wait for ever, and O_NONBLOCK can't simply be switched on: the open
// file description of stderr is shared with the shell and everybody else it started. So a target
// is opened anew through /proc/self/fd, which gives a description of our own; where the kernel or
// the rights refuse that, poll(2) is asked before each write. Sockets take MSG_DONTWAIT.
//
// Threads: one at a time (the sink's lock). Processes: may be shared over fork(2); each write is
// whole, so lines don't mix.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

class SVC_API LogTarget {
 public:
  LogTarget() noexcept = default;  // Nowhere: every line is lost.

  // As settings name it: "stderr", "stdout", or a file's path. Errors: those of the two below.
  static Result<LogTarget> named(const std::string& name);
  // Appends to the file, making it with 0640. Errors: what open(2) says, naming the path.
  static Result<LogTarget> file(const std::string& path);
  // STDERR_FILENO or STDOUT_FILENO; not closed when the target goes. Errors: it isn't open.
  static Result<LogTarget> standard(int fd, std::string_view name);
  static LogTarget adopted(Fd fd);  // Opened by the master, for us alone to look at.

  // One line, whole or (false) not at all, except that the end of a disk may cut it in two; the
  // rest of such a line is made up for by a line's end before the next one.
  // Waits for a stuck reader, up to `wait_ms`.
  bool write(std::string_view line, int wait_ms) noexcept;

  // Several lines at once, without waiting: how many bytes of them were written. A line that was
  // cut in two is lost, and made up for as above.
  size_t write_lines(std::string_view lines) noexcept;
  // So much at once comes out in one piece, whoever else writes there.
  size_t batch_max() const noexcept;

  // The longest line that those of other processes can't tear: pipe(7), PIPE_BUF.
  size_t line_max() const noexcept;
  bool terminal() const noexcept { return kind_ == Kind::terminal; }
  // It is the socket that systemd has connected our output to the journal with: JOURNAL_STREAM in
  // the environment names it (systemd.exec(5)). Another that has it in its environment still, but
  // writes elsewhere, is none.
  bool journal() const noexcept;
  int descriptor() const noexcept { return fd_.get(); }

 private:
  enum class Kind { file, pipe, socket, terminal };

  explicit LogTarget(Fd fd) noexcept;
  static Kind kind_of(int fd) noexcept;
  size_t put(std::string_view bytes, int wait_ms) noexcept;  // How many were written.
  bool wait_writable(int wait_ms) const noexcept;

  Fd fd_;
  Kind kind_ = Kind::file;
  bool blocks_ = false;  // write(2) might wait: ask poll(2) first.
  bool torn_ = false;    // The last line has no end.
};

}  // namespace svc
