#include "cmd/svcctl/background.h"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <utility>

#include "cmd/svcctl/ready_report.h"
#include "config/locate.h"
#include "core/base/file.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr int kReadyFd = 3;
constexpr int kTickMs = 100;       // How soon an interruption or a death is seen.
constexpr int kExitTicksMax = 50;  // How long a server that gave up may take to end: 5 s.
constexpr int kCannotExec = 127;   // As shells report it.

volatile std::sig_atomic_t interrupted = 0;

// SIGINT and SIGTERM are noted instead of ending us, for as long as this lives.
class InterruptGuard {
 public:
  InterruptGuard() {
    struct sigaction note {};
    note.sa_handler = [](int) { interrupted = 1; };
    for (size_t i = 0; i < kSignals.size(); ++i) sys::sigaction(kSignals[i], &note, &former_[i]);
  }
  ~InterruptGuard() {
    for (size_t i = 0; i < kSignals.size(); ++i) sys::sigaction(kSignals[i], &former_[i], nullptr);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM};
  std::array<struct sigaction, kSignals.size()> former_{};
};

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In the child. Only system calls: everything was prepared before the fork.
[[noreturn]] void exec_server(int null, int log, int ready, char* const* arguments) {
  sys::setsid();
  const bool placed = sys::dup3(null, STDIN_FILENO, 0) >= 0 &&
                      sys::dup3(log, STDOUT_FILENO, 0) >= 0 &&
                      sys::dup3(log, STDERR_FILENO, 0) >= 0 && sys::dup3(ready, kReadyFd, 0) >= 0;
  if (placed && sys::close_range(kReadyFd + 1, UINT_MAX, 0) == 0)
    sys::execve(arguments[0], arguments, environ);
  ::_exit(kCannotExec);
}

struct Child {
  pid_t pid = 0;
  int status = 0;
  bool ended = false;

  bool check() {
    if (!ended) ended = sys::waitpid(pid, &status, WNOHANG) == pid;
    return ended;
  }
};

// Reads reports until there is a verdict and, for an error, the whole reason; or until the server
// has ended. Its workers may hold the pipe's other end longer than it does, so an end of the pipe
// is not waited for.
void follow(int pipe, ReadyReport& report, Child& child) {
  bool told = false;
  for (bool open = true; open && report.verdict() != ReadyReport::Verdict::ready;) {
    if (interrupted != 0 && !std::exchange(told, true)) sys::kill(child.pid, SIGTERM);
    const bool ended = child.check();  // Before the poll: what it wrote last is still read.
    pollfd wait{pipe, POLLIN, 0};
    const int ready = sys::poll(&wait, 1, ended ? 0 : kTickMs);
    if (ready > 0) {
      std::array<char, 4096> bytes;
      const ssize_t size = sys::read(pipe, bytes.data(), bytes.size());
      if (size > 0) report.feed({bytes.data(), static_cast<size_t>(size)});
      open = size > 0;
    } else if (ready == 0 && ended) {
      open = false;
    }
  }
}

std::string ending_of(const Child& child) {
  if (!child.ended) return "it stopped reporting before it was ready";
  if (WIFSIGNALED(child.status))
    return fmt::format("it died before it was ready: signal {} ({})", WTERMSIG(child.status),
                       ::strsignal(WTERMSIG(child.status)));
  if (WEXITSTATUS(child.status) == kCannotExec) return "the program svcd could not be run";
  return fmt::format("it ended before it was ready, with exit status {}",
                     WEXITSTATUS(child.status));
}

}  // namespace

Result<std::string> sibling_program(std::string_view name) {
  SVC_TRY(const std::string directory, program_directory());
  std::string path = fmt::format("{}/{}", directory, name);
  if (sys::access(path.c_str(), X_OK) < 0) return Error::from_errno(path);
  return path;
}

Error become(const std::vector<std::string>& command) {
  std::vector<std::string> words = command;
  sys::execve(words[0].c_str(), pointers_to(words).data(), environ);
  return Error::from_errno("run " + command[0]);
}

Result<pid_t> start_in_background(BackgroundCommand command) {
  const Fd null(sys::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!null) return Error::from_errno("open /dev/null");
  int ends[2];
  if (sys::pipe2(ends, O_CLOEXEC) < 0) return Error::from_errno("pipe");
  const Fd reading(ends[0]);
  Fd writing(ends[1]);
  // Above every number that the child puts things at: dup3(2) onto itself is an error.
  const Fd high_log(sys::dup_cloexec(command.log.get(), kReadyFd + 1));
  Fd high_ready(sys::dup_cloexec(writing.get(), kReadyFd + 1));
  const Fd high_null(sys::dup_cloexec(null.get(), kReadyFd + 1));
  if (!high_log || !high_ready || !high_null) return Error::from_errno("fcntl");
  std::vector<std::string> words = command.command;
  words.insert(words.end(), {"--ready-fd", std::to_string(kReadyFd)});
  std::vector<char*> arguments = pointers_to(words);

  interrupted = 0;
  const InterruptGuard guard;  // Before there is a server that an interruption could leave behind.
  Child child;
  child.pid = sys::fork();
  if (child.pid < 0) return Error::from_errno("fork");
  if (child.pid == 0)
    exec_server(high_null.get(), high_log.get(), high_ready.get(), arguments.data());
  writing.reset();
  high_ready.reset();

  ReadyReport report(std::move(command.on_progress));
  follow(reading.get(), report, child);
  if (report.verdict() == ReadyReport::Verdict::ready) return child.pid;
  for (int tick = 0; tick < kExitTicksMax && !child.check(); ++tick) sys::poll(nullptr, 0, kTickMs);
  if (interrupted != 0) return Error::of(std::errc::operation_canceled, "interrupted");
  if (report.verdict() == ReadyReport::Verdict::error)
    return Error::of(std::errc::io_error, report.reason());
  return Error::of(std::errc::io_error, ending_of(child));
}

bool has_ended(pid_t pid) {
  if (sys::kill(pid, 0) < 0 && errno == ESRCH) return true;
  // proc(5): pid (name) state …; the name may hold anything, also parentheses.
  const auto stat = read_file(fmt::format("/proc/{}/stat", pid), 4096);
  if (!stat) return false;
  const size_t name_end = stat->rfind(')');
  if (name_end == stat->npos || name_end + 2 >= stat->size()) return false;
  const char state = (*stat)[name_end + 2];
  return state == 'Z' || state == 'X';
}

}  // namespace svc
