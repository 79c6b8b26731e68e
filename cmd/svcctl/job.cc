#include "cmd/svcctl/job.h"

#include <fmt/core.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <climits>
#include <csignal>
#include <cstring>
#include <utility>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr int kCouldNotRun = 127;  // As shells report it.

// In the child. Only system calls: everything was prepared before the fork.
[[noreturn]] void exec_job(const char* folder, int passed, char* const* arguments, pid_t parent) {
  sys::setsid();
  sys::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(kCouldNotRun);  // It has gone before it could be noticed.
  sigset_t none;
  ::sigemptyset(&none);
  sys::sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool placed =
      (folder == nullptr || sys::chdir(folder) == 0) &&
      (passed < 0 || sys::dup3(passed, Job::kPassedAs, 0) >= 0) &&
      sys::close_range(passed < 0 ? Job::kPassedAs : Job::kPassedAs + 1, UINT_MAX, 0) == 0;
  if (placed) sys::execve(arguments[0], arguments, environ);
  ::_exit(kCouldNotRun);
}

}  // namespace

Result<Job> Job::start(const Order& order) {
  std::vector<std::string> words = order.command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  // dup3(2) onto itself is an error.
  const Fd passed(order.passed < 0 ? -1 : sys::dup_cloexec(order.passed, kPassedAs + 1));
  if (order.passed >= 0 && !passed) return Error::from_errno("fcntl");
  const pid_t parent = ::getpid();
  Job job;
  job.pid_ = sys::fork();
  if (job.pid_ < 0) return Error::from_errno("fork");
  if (job.pid_ == 0)
    exec_job(order.folder.empty() ? nullptr : order.folder.c_str(), passed.get(), arguments.data(),
             parent);
  return job;
}

Job::Job(Job&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

Job& Job::operator=(Job&& other) noexcept {
  std::swap(pid_, other.pid_);
  return *this;
}

Job::~Job() {
  if (!running()) return;
  signal(SIGKILL);
  sys::waitpid(pid_, nullptr, 0);
}

void Job::signal(int number) const noexcept {
  if (!running()) return;
  // Before it is in a group of its own there is nobody else to be told.
  if (sys::kill(-pid_, number) != 0) sys::kill(pid_, number);
}

std::optional<int> Job::ended() {
  int status = 0;
  if (!running() || sys::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  pid_ = -1;
  return status;
}

std::string ending_text(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace svc
