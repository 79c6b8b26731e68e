#include "tests/support/proc.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace svc::testing {
namespace {

constexpr std::string_view kEstablished = "01";  // tcp(7) states as /proc/net/tcp has them.

// The fields of stat behind the name, which may have blanks: [0] is the state (field 3).
std::vector<std::string> stat_of(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  std::getline(file, line);
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(line.substr(name_end + 1));
  return {std::istream_iterator<std::string>(fields), {}};
}

}  // namespace

size_t descriptors_of(pid_t pid) {
  std::error_code gone;
  const std::filesystem::directory_iterator entries(fmt::format("/proc/{}/fd", pid), gone);
  return static_cast<size_t>(std::distance(entries, {}));
}

std::vector<std::string> sockets_of(pid_t pid) {
  std::vector<std::string> found;
  std::error_code gone;
  for (const auto& entry :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid), gone)) {
    std::error_code closed;
    const auto target = std::filesystem::read_symlink(entry.path(), closed).string();
    if (target.starts_with("socket:")) found.push_back(target);
  }
  return found;
}

int64_t memory_kib(pid_t pid, std::string_view field) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field) && line[field.size()] == ':')
      return std::stoll(line.substr(field.size() + 1));
  return -1;
}

std::chrono::milliseconds cpu_time_of(pid_t pid) {
  constexpr size_t kUser = 11, kSystem = 12;  // Fields 14 and 15.
  const auto fields = stat_of(pid);
  if (fields.size() <= kSystem) return {};
  const int64_t ticks = std::stoll(fields[kUser]) + std::stoll(fields[kSystem]);
  return std::chrono::milliseconds(ticks * 1000 / ::sysconf(_SC_CLK_TCK));
}

std::vector<pid_t> children_of(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{0}/task/{0}/children", pid));
  return {std::istream_iterator<pid_t>(file), {}};
}

char state_of_process(pid_t pid) {
  const auto fields = stat_of(pid);
  return fields.empty() ? '\0' : fields[0][0];
}

size_t accepted_connections(pid_t pid, uint16_t port) {
  const auto sockets = sockets_of(pid);
  const std::string local = fmt::format(":{:04X}", port);
  std::ifstream table("/proc/net/tcp");
  size_t count = 0;
  std::string line;
  for (std::getline(table, line); std::getline(table, line);) {
    // sl local remote state queues timer retransmits uid timeout inode …
    std::istringstream words(line);
    const std::vector<std::string> fields{std::istream_iterator<std::string>(words), {}};
    if (fields.size() < 10 || !fields[1].ends_with(local) || fields[3] != kEstablished) continue;
    count += std::find(sockets.begin(), sockets.end(), fmt::format("socket:[{}]", fields[9])) !=
             sockets.end();
  }
  return count;
}

}  // namespace svc::testing
