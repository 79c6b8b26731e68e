#include "tests/support/proc.h"

#include <fmt/core.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace svc::testing {
namespace {

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

bool ask_for_established(int netlink) {
  struct {
    nlmsghdr header;
    inet_diag_req_v2 request;
  } message{};
  message.header = {sizeof(message), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 0, 0};
  message.request.sdiag_family = AF_INET;
  message.request.sdiag_protocol = IPPROTO_TCP;
  message.request.idiag_states = 1U << TCP_ESTABLISHED;
  return ::send(netlink, &message, sizeof(message), 0) == sizeof(message);
}

// Inodes of the sockets, by sock_diag(7): /proc/net/tcp lists every TIME_WAIT as well, and takes
// its time over thousands of them.
std::vector<unsigned> established_on(uint16_t port) {
  std::vector<unsigned> inodes;
  const int netlink = ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  alignas(nlmsghdr) std::array<char, 32768> buffer;
  for (bool more = ask_for_established(netlink); more;) {
    const ssize_t size = ::recv(netlink, buffer.data(), buffer.size(), 0);
    auto left = static_cast<unsigned>(std::max<ssize_t>(size, 0));
    more = left > 0;
    for (auto* row = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(row, left);
         row = NLMSG_NEXT(row, left)) {
      if (row->nlmsg_type != SOCK_DIAG_BY_FAMILY) {
        more = false;  // Done, or an error.
        break;
      }
      const auto* socket =
          reinterpret_cast<const inet_diag_msg*>(reinterpret_cast<const char*>(row) + NLMSG_HDRLEN);
      if (ntohs(socket->id.idiag_sport) == port) inodes.push_back(socket->idiag_inode);
    }
  }
  ::close(netlink);
  return inodes;
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
  const auto established = established_on(port);
  return static_cast<size_t>(std::count_if(established.begin(), established.end(), [&](auto inode) {
    const std::string name = fmt::format("socket:[{}]", inode);
    return std::find(sockets.begin(), sockets.end(), name) != sockets.end();
  }));
}

}  // namespace svc::testing
