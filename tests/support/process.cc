#include "tests/support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <utility>

#include "tests/support/temp_dir.h"

namespace svc::testing {
namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (auto& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void exec_child(std::vector<std::string> arguments, const ProcessOptions& options) {
  // A session rather than a group: no process that ends in ours then orphans this one, at which
  // the kernel would continue what a test has stopped (setpgid(2), orphaned process groups).
  if (options.own_group) ::setsid();
  if (!options.output.empty()) {
    const int log = ::open(options.output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
  }
  // First out of the way, then into place: a wanted number may be another's source.
  std::vector<int> moved;
  for (const auto& [ours, theirs] : options.descriptors)
    moved.push_back(::fcntl(ours, F_DUPFD, 100));
  for (size_t i = 0; i < moved.size(); ++i) {
    ::dup2(moved[i], options.descriptors[i].second);
    ::close(moved[i]);
  }
  for (const auto& assignment : options.environment) {
    const size_t equals = assignment.find('=');
    ::setenv(assignment.substr(0, equals).c_str(), assignment.c_str() + equals + 1, 1);
  }
  if (options.before_exec) options.before_exec();
  ::execvp(arguments[0].c_str(), pointers(arguments).data());
  ::_exit(127);
}

}  // namespace

Process Process::start(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  Process process;
  process.pid_ = ::fork();
  if (process.pid_ < 0) throw std::runtime_error("fork failed");
  if (process.pid_ == 0) exec_child(arguments, options);
  process.group_ = options.own_group;
  return process;
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), group_(other.group_), status_(other.status_) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    end();
    pid_ = std::exchange(other.pid_, -1);
    group_ = other.group_;
    status_ = other.status_;
  }
  return *this;
}

Process::~Process() { end(); }

void Process::end() noexcept {
  if (pid_ <= 0) return;
  if (group_) ::kill(-pid_, SIGKILL);  // Workers that outlived their master, too.
  if (!status_) {
    ::kill(pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
  }
  pid_ = -1;
}

bool Process::running() {
  if (pid_ <= 0) return false;
  if (!status_) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
  }
  return !status_;
}

void Process::signal(int number) const { ::kill(pid_, number); }

std::optional<int> Process::wait(std::chrono::milliseconds within) {
  eventually([&] { return !running(); }, within);
  return status_;
}

int Process::exit_code(std::chrono::milliseconds within) {
  const auto status = wait(within);
  if (!status) return -1000;
  return WIFEXITED(*status) ? WEXITSTATUS(*status) : -WTERMSIG(*status);
}

Outcome run(const std::vector<std::string>& arguments, std::vector<std::string> environment,
            std::chrono::milliseconds within) {
  TempDir dir;
  ProcessOptions options;
  options.environment = std::move(environment);
  options.output = dir.file("all");
  // stdout goes to a file of its own; `all` has stderr, and stdout is put behind it.
  const int out = ::open(dir.file("out").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  options.descriptors = {{out, STDOUT_FILENO}};
  auto process = Process::start(arguments, options);
  ::close(out);
  Outcome outcome;
  outcome.exit_code = process.exit_code(within);
  outcome.out = read_file(dir.file("out"));
  outcome.output = outcome.out + read_file(dir.file("all"));
  return outcome;
}

bool process_exists(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(stat, line)) return false;
  const size_t name_end = line.rfind(')');
  return name_end != std::string::npos && line.size() > name_end + 2 && line[name_end + 2] != 'Z';
}

}  // namespace svc::testing
