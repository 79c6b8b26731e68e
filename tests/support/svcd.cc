#include "tests/support/svcd.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "tests/support/json.h"

namespace svc::testing {
namespace {

// All that the server writes to its ready pipe, until it closes it.
std::string read_ready_pipe(int fd) {
  std::string text;
  const auto until = Clock::now() + kDeadline;
  for (;;) {
    pollfd poll{fd, POLLIN, 0};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0 || ::poll(&poll, 1, static_cast<int>(left)) <= 0) return text;
    char bytes[4096];
    const ssize_t got = ::read(fd, bytes, sizeof(bytes));
    if (got <= 0) return text;
    text.append(bytes, static_cast<size_t>(got));
  }
}

}  // namespace

std::string program(std::string_view name) { return fmt::format("{}/bin/{}", SVC_BUILD_DIR, name); }

std::string module_path(std::string_view name) {
  return fmt::format("{}/services/{}.so", SVC_BUILD_DIR, name);
}

std::string library(std::string_view name) {
  return fmt::format("{}/lib/lib{}.so", SVC_BUILD_DIR, name);
}

std::string chaos_service(std::string_view name, int workers, std::string_view extra) {
  return fmt::format(
      "[service.{}]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\nworkers = {}\n{}\n", name,
      module_path("chaos"), workers, extra);
}

Svcd::Svcd(std::string_view toml, std::string_view master_extra)
    : config_path_(dir_.file("test.toml")) {
  head_ = fmt::format(
      "[master]\nname = \"test\"\nruntime_dir = \"{0}/run\"\n{1}\n"
      "[log]\nlevel = \"debug\"\ntarget = \"{0}/log\"\n\n",
      dir_.path(), master_extra);
  configure(toml);
}

Svcd::~Svcd() {
  if (::testing::Test::HasFailure())
    fmt::print(stderr, "--- log of svcd ---\n{}--- end ---\n", log());
}

void Svcd::configure(std::string_view toml) { write_config(head_ + std::string(toml)); }

void Svcd::write_config(std::string_view whole_file) { dir_.write("test.toml", whole_file); }

bool Svcd::start(ProcessOptions options, std::vector<std::string> arguments) {
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return false;
  options.descriptors.emplace_back(pipe[1], 9);
  if (options.output.empty()) options.output = dir_.file("output");
  std::vector<std::string> command = {program_, "-c", config_path_, "--ready-fd", "9"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  if (process_.pid() > 0) former_.push_back(std::move(process_));
  if (!mounts_.empty()) {
    const std::vector<std::string> prefix = {
        "unshare", "--mount", "sh", "-c", mounts_ + " && exec \"$@\"", "sh"};
    command.insert(command.begin(), prefix.begin(), prefix.end());
  }
  process_ = Process::start(command, options);
  ::close(pipe[1]);
  ready_text_ = read_ready_pipe(pipe[0]);
  ::close(pipe[0]);
  return ready_text_.starts_with("ready ") || ready_text_.find("\nready ") != std::string::npos;
}

Outcome Svcd::svcctl(std::vector<std::string> arguments, std::chrono::milliseconds within) const {
  std::vector<std::string> command = {program("svcctl"), "-c", config_path_};
  command.insert(command.end(), arguments.begin(), arguments.end());
  if (!mounts_.empty()) {
    const std::vector<std::string> prefix = {"nsenter", "-t", std::to_string(pid()), "-m"};
    command.insert(command.begin(), prefix.begin(), prefix.end());
  }
  return run(command, {}, within);
}

std::string Svcd::status() const { return svcctl({"status", "--json"}).out; }

std::string Svcd::status(std::string_view pointer) const { return json_raw(status(), pointer); }

std::string Svcd::service_pointer(std::string_view service) const {
  const std::string document = status();
  for (size_t i = 0; i < json_size(document, "/services"); ++i)
    if (json_text(document, fmt::format("/services/{}/name", i)) == service)
      return fmt::format("/services/{}", i);
  return "/none";
}

std::string Svcd::address(std::string_view service, size_t listener) const {
  return json_text(status(), fmt::format("{}/listen/{}", service_pointer(service), listener))
      .value_or("");
}

std::vector<pid_t> Svcd::workers(std::string_view service) const {
  const std::string base = service_pointer(service) + "/workers";
  const std::string document = status();
  std::vector<pid_t> pids;
  for (size_t i = 0; i < json_size(document, base); ++i)
    if (json_text(document, fmt::format("{}/{}/state", base, i)) == "ready")
      pids.push_back(
          static_cast<pid_t>(json_number(document, fmt::format("{}/{}/pid", base, i)).value_or(0)));
  return pids;
}

int64_t Svcd::generation(std::string_view service) const {
  return json_number(status(), service_pointer(service) + "/generation").value_or(-1);
}

bool Svcd::wait_ready(std::string_view service, size_t count,
                      std::chrono::milliseconds within) const {
  const std::string base = service_pointer(service) + "/workers";
  return eventually(
      [&] {
        const std::string document = status();
        if (json_size(document, base) != count) return false;
        for (size_t i = 0; i < count; ++i)
          if (json_text(document, fmt::format("{}/{}/state", base, i)) != "ready") return false;
        return true;
      },
      within);
}

bool Svcd::stop(std::chrono::milliseconds within) {
  process_.signal(SIGTERM);
  return process_.exit_code(within) == 0;
}

bool Svcd::log_has(std::string_view text, std::chrono::milliseconds within) const {
  return eventually([&] { return log().find(text) != std::string::npos; }, within);
}

}  // namespace svc::testing
