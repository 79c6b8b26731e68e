#include "tests/support/pid1.h"

#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/http_client.h"
#include "tests/support/proc.h"

namespace svc::testing {
namespace {

std::vector<std::string> unshare(std::vector<std::string> command) {
  std::vector<std::string> all = {"unshare", "--pid", "--fork", "--mount-proc", "--kill-child"};
  if (::geteuid() != 0) all.insert(all.end(), {"--user", "--map-root-user"});
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

}  // namespace

bool Pid1::possible() { return run(unshare({"true"})).exit_code == 0; }

bool Pid1::start(const Svcd& svcd) {
  ProcessOptions options;
  options.output = svcd.dir().file("output");
  unshare_ = Process::start(unshare({program("svcd"), "-c", svcd.config_path()}), options);
  if (!eventually([&] { return fetch(svcd.address("one"), "/pid").has_value(); })) return false;
  const auto children = children_of(unshare_.pid());
  init_ = children.empty() ? 0 : children[0];
  return init_ > 0;
}

Outcome Pid1::run_inside(const std::string& script) const {
  std::vector<std::string> command = {"nsenter", "-t", std::to_string(init_), "-p", "-m"};
  if (::geteuid() != 0) command.insert(command.end(), {"-U", "--preserve-credentials"});
  command.insert(command.end(), {"sh", "-c", script});
  return run(command, {}, 120s);
}

bool Pid1::make_strangers(int count) const {
  return run_inside(fmt::format("for i in $(seq {}); do (true &) ; done", count)).exit_code == 0;
}

bool Pid1::has_zombies() const {
  return !run_inside("grep -l 'State:.Z' /proc/[0-9]*/status").out.empty();
}

int Pid1::stop() {
  ::kill(init_, SIGTERM);
  return unshare_.exit_code();
}

}  // namespace svc::testing
