#include "cmd/svcctl/checks.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cmd/svcctl/unit_user.h"
#include "config/files.h"
#include "core/base/sys.h"
#include "core/net/listener.h"
#include "core/sdk/module_note.h"

namespace svc {
namespace {

class Checker {
 public:
  Checker(const Config& config, AddressCheck addresses) : config_(config), addresses_(addresses) {}

  std::vector<Finding> run() {
    check_log();
    check_runtime_dir();
    for (const auto& [name, service] : config_.services) {
      const std::string section = "service." + name;
      check_module(section, service);
      for (const ListenEntry& entry : service.listen) check_address(section, entry);
    }
    return std::move(findings_);
  }

 private:
  void add(std::string setting, std::string message) {
    findings_.push_back({std::move(setting), std::move(message)});
  }

  void check_module(const std::string& section, const ServiceConfig& service) {
    if (service.module_path.empty()) return;  // A builtin.
    const auto description = read_module_note(service.module_path);
    if (!description) return add(section + ".module", description.error().text);
    const std::string mismatch = describe_mismatch(module_tag(), description->tag);
    if (!mismatch.empty())
      add(section + ".module",
          fmt::format("{}: {}; build it again", service.module_path, mismatch));
  }

  void check_address(const std::string& section, const ListenEntry& entry) {
    const auto address = Address::parse(entry.address);
    if (!address) return add(section + ".listen", address.error().text);
    if (address->is_unix()) return check_socket_path(section, *address);
    if (addresses_ == AddressCheck::not_bound) return;
    if (const auto free = check_bindable(*address); !free)
      add(section + ".listen", free.error().text);
  }

  void check_socket_path(const std::string& section, const Address& address) {
    if (address.path().empty()) return;  // Abstract: no file.
    const std::string path(address.path());
    struct stat facts {};
    if (sys::lstat(path.c_str(), &facts) == 0 && !S_ISSOCK(facts.st_mode))
      return add(section + ".listen",
                 fmt::format("{}: a file that is no socket stands there", path));
    check_writable_dir(section + ".listen", directory_of(path));
  }

  void check_writable_dir(const std::string& setting, const std::string& directory) {
    if (sys::access(directory.c_str(), W_OK | X_OK) < 0)
      add(setting, fmt::format("directory {}: {}", directory, std::strerror(errno)));
  }

  void check_log() {
    check_log_target("log.target", config_.log.target);
    for (const auto& [name, service] : config_.services)
      if (service.access_log != AccessLogFormat::off && !service.access_log_target.empty())
        check_log_target("service." + name + ".access_log_target", service.access_log_target);
  }

  void check_log_target(const std::string& setting, const std::string& target) {
    if (target == "stderr" || target == "stdout") return;
    struct stat facts {};
    if (sys::stat(target.c_str(), &facts) < 0)
      return check_writable_dir(setting, directory_of(target));
    if (S_ISDIR(facts.st_mode)) return add(setting, target + " is a directory");
    if (sys::access(target.c_str(), W_OK) < 0)
      add(setting, fmt::format("{}: {}", target, std::strerror(errno)));
  }

  // It is made at start if its parent is there.
  void check_runtime_dir() {
    const std::string& directory = config_.master.runtime_dir;
    struct stat facts {};
    const bool exists = sys::stat(directory.c_str(), &facts) == 0;
    check_writable_dir("master.runtime_dir", exists ? directory : directory_of(directory));
  }

  const Config& config_;
  AddressCheck addresses_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_installation(const Config& config, AddressCheck addresses) {
  return Checker(config, addresses).run();
}

std::vector<Finding> check_for_unit(const Config& config, const std::string& unit,
                                    const std::string& user) {
  std::vector<Finding> findings;
  for (const auto& [name, service] : config.services) {
    const std::string& path = service.module_path;
    // Who can't be read by us, either, is found by check_installation().
    if (path.empty() || sys::access(path.c_str(), R_OK) < 0) continue;
    if (const std::string why = why_unreadable(path, user); !why.empty())
      findings.push_back(
          {"service." + name + ".module",
           fmt::format("{} can't be read by {}, the user of {}: {}", path, user, unit, why)});
  }
  return findings;
}

}  // namespace svc
