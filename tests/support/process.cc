#include "tests/support/process.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "tests/support/temp_dir.h"

namespace svc::testing {
namespace {

constexpr std::string_view kListenPid = "LISTEN_PID=";

std::string_view name_of(std::string_view assignment) {
  return assignment.substr(0, assignment.find('='));
}

// The test's own environment with `added` on top, which wins.
std::vector<std::string> environment_with(const std::vector<std::string>& added) {
  std::vector<std::string> whole = added;
  for (char** own = environ; *own != nullptr; ++own) {
    const bool replaced = std::ranges::any_of(
        added, [&](const auto& assignment) { return name_of(assignment) == name_of(*own); });
    if (!replaced) whole.emplace_back(*own);
  }
  return whole;
}

// What a child needs is made before it is: threads of the test may hold the allocator's lock when
// it forks, and in the child nobody would ever let it go (fork(2), signal-safety(7)).
class Launch {
 public:
  Launch(std::vector<std::string> arguments, const ProcessOptions& options)
      : options_(options),
        arguments_(std::move(arguments)),
        environment_(environment_with(options.environment)),
        argv_(pointers(arguments_)),
        moved_(options.descriptors.size()) {
    if (options.listen_pid)
      environment_.push_back(std::string(kListenPid) +
                             std::string(std::numeric_limits<pid_t>::digits10 + 1, '\0'));
    envp_ = pointers(environment_);
  }

  [[noreturn]] void become() noexcept {
    // A session rather than a group: no process that ends in ours then orphans this one, at which
    // the kernel would continue what a test has stopped (setpgid(2), orphaned process groups).
    if (options_.own_group) ::setsid();
    if (!options_.output.empty()) {
      const int log = ::open(options_.output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
      ::dup2(log, STDOUT_FILENO);
      ::dup2(log, STDERR_FILENO);
    }
    place_descriptors();
    if (options_.listen_pid) {
      std::string& assignment = environment_.back();
      std::to_chars(assignment.data() + kListenPid.size(), assignment.data() + assignment.size(),
                    ::getpid());
    }
    if (options_.before_exec) options_.before_exec();
    ::execvpe(argv_[0], argv_.data(), envp_.data());
    ::_exit(127);
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (auto& text : strings) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
  }

  // First out of the way, then into place: a wanted number may be another's source.
  void place_descriptors() noexcept {
    for (size_t i = 0; i < moved_.size(); ++i)
      moved_[i] = ::fcntl(options_.descriptors[i].first, F_DUPFD, 100);
    for (size_t i = 0; i < moved_.size(); ++i) {
      ::dup2(moved_[i], options_.descriptors[i].second);
      ::close(moved_[i]);
    }
  }

  const ProcessOptions& options_;
  std::vector<std::string> arguments_;
  std::vector<std::string> environment_;
  std::vector<char*> argv_;
  std::vector<char*> envp_;
  std::vector<int> moved_;
};

// For whoever reads the log of a test that failed by it. A name that is still the test's: it has
// not even become the command.
void tell_where_it_is(pid_t pid) {
  const std::string folder = "/proc/" + std::to_string(pid) + "/";
  std::string name = read_file(folder + "comm");
  if (name.ends_with('\n')) name.pop_back();
  fmt::print(stderr, "process {} ({}) does not end; it waits in {}\n", pid, name,
             read_file(folder + "wchan"));
}

}  // namespace

Process Process::start(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  Process process;
  Launch launch(arguments, options);
  process.pid_ = ::fork();
  if (process.pid_ < 0) throw std::runtime_error("fork failed");
  if (process.pid_ == 0) launch.become();
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
  if (process.running()) tell_where_it_is(process.pid());
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
