#include "core/net/listen_fds.h"

#include <fmt/core.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr int kFirst = 3;              // SD_LISTEN_FDS_START
constexpr int kDescriptorsMax = 4096;  // systemd's own default FileDescriptorStoreMax is far below.

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

// The first of the names in "a:b::d", which is cut off.
std::string next_name(std::string_view& names) {
  const size_t colon = std::min(names.find(':'), names.size());
  std::string name(names.substr(0, colon));
  names.remove_prefix(std::min(colon + 1, names.size()));
  return name;
}

Result<InheritedSocket> take_one(int fd, std::string name) {
  const int flags = sys::fcntl(fd, F_GETFD);
  if (flags < 0 || sys::fcntl(fd, F_SETFD, flags | FD_CLOEXEC) < 0)
    return Error::from_errno(fmt::format("LISTEN_FDS: descriptor {}", fd));
  InheritedSocket taken{Fd(fd), std::move(name), {}};
  if (auto address = Address::local(fd)) taken.address = *address;
  return taken;
}

}  // namespace

Result<std::vector<InheritedSocket>> take_listen_fds() {
  const std::string pid_text = variable("LISTEN_PID");
  const std::string count_text = variable("LISTEN_FDS");
  const std::string names_text = variable("LISTEN_FDNAMES");
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);

  std::vector<InheritedSocket> taken;
  if (pid_text.empty() || count_text.empty()) return taken;
  pid_t pid = 0;
  if (!read_number(pid_text, pid))
    return Error::invalid(fmt::format("LISTEN_PID=\"{}\" is no process id", pid_text));
  if (pid != ::getpid()) return taken;
  int count = 0;
  if (!read_number(count_text, count) || count < 0 || count > kDescriptorsMax)
    return Error::invalid(
        fmt::format("LISTEN_FDS=\"{}\" is no number from 0 to {}", count_text, kDescriptorsMax));

  std::string_view names = names_text;
  for (int fd = kFirst; fd < kFirst + count; ++fd) {
    SVC_TRY(auto one, take_one(fd, next_name(names)));
    taken.push_back(std::move(one));
  }
  return taken;
}

}  // namespace svc
