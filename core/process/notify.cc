#include "core/process/notify.h"

#include <fmt/core.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "core/base/sys.h"
#include "core/base/utf8.h"

namespace svc {
namespace {

std::optional<uint64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  uint64_t value = 0;
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, value);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

}  // namespace

Notifier Notifier::from_environment() {
  Notifier notifier;
  const char* path = std::getenv("NOTIFY_SOCKET");
  constexpr size_t kRoom = sizeof(sockaddr_un::sun_path);
  if (path == nullptr || (path[0] != '/' && path[0] != '@') || std::strlen(path) >= kRoom)
    return notifier;
  notifier.socket_ = Fd(sys::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  notifier.path_ = path;
  const auto period_us = number_in("WATCHDOG_USEC");
  const auto whose = number_in("WATCHDOG_PID");
  constexpr uint64_t kYearUs = 365ULL * 24 * 3600 * 1'000'000;
  const bool ours = !whose || *whose == static_cast<uint64_t>(::getpid());
  if (period_us && *period_us > 0 && *period_us < kYearUs && ours)
    notifier.watchdog_interval_ = std::chrono::microseconds(static_cast<int64_t>(*period_us)) / 2;
  return notifier;
}

void Notifier::send(std::string_view message, int descriptor) {
  if (!socket_) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  const bool abstract = path_[0] == '@';
  if (abstract) address.sun_path[0] = '\0';
  iovec part{const_cast<char*>(message.data()), message.size()};
  msghdr header{};
  header.msg_name = &address;
  header.msg_namelen =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size() + (abstract ? 0 : 1));
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  if (descriptor >= 0) {
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(rights), &descriptor, sizeof(int));
  }
  // A manager that doesn't listen is no reason to fail.
  static_cast<void>(sys::sendmsg(socket_.get(), &header, MSG_DONTWAIT | MSG_NOSIGNAL));
}

void Notifier::ready(std::string_view text) {
  last_status_ = one_line(std::string(text));  // A line feed would start another assignment.
  send(fmt::format("READY=1\nMAINPID={}\nSTATUS={}\n", ::getpid(), last_status_));
}

void Notifier::reloading(Instant now) {
  const auto since_boot =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=reloading\n", since_boot.count()));
  last_status_ = "reloading";
}

void Notifier::main_process(pid_t pid) { send(fmt::format("MAINPID={}\n", pid)); }

void Notifier::stopping() { send("STOPPING=1\nSTATUS=draining\n"); }

void Notifier::status(std::string_view text) {
  std::string line = one_line(std::string(text));
  if (line == last_status_) return;
  last_status_ = std::move(line);
  send(fmt::format("STATUS={}\n", last_status_));
}

void Notifier::keep(std::string_view name, int descriptor) {
  send(fmt::format("FDSTORE=1\nFDNAME={}\nFDPOLL=0\n", name), descriptor);
}

void Notifier::keep_no_longer(std::string_view name) {
  send(fmt::format("FDSTOREREMOVE=1\nFDNAME={}\n", name));
}

void Notifier::watchdog() { send("WATCHDOG=1\n"); }

}  // namespace svc
