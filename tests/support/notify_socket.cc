#include "tests/support/notify_socket.h"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace svc::testing {
namespace {

std::string value_in(std::string_view message, std::string_view name) {
  const std::string start = fmt::format("{}=", name);
  size_t at = message.starts_with(start) ? 0 : message.find("\n" + start);
  if (at == message.npos) return {};
  at = message.find('=', at) + 1;
  return std::string(message.substr(at, message.find('\n', at) - at));
}

}  // namespace

NotifySocket::NotifySocket() : path_(dir_.file("notify")) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0)
    throw std::runtime_error("bind " + path_);
}

NotifySocket::~NotifySocket() {
  listen();
  for (const auto& [name, descriptor] : kept_) ::close(descriptor);
  ::close(socket_);
}

void NotifySocket::listen() {
  for (;;) {
    char text[4096];
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    iovec part{text, sizeof(text)};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    const ssize_t size = ::recvmsg(socket_, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size <= 0) return;
    int descriptor = -1;
    if (const cmsghdr* rights = CMSG_FIRSTHDR(&message))
      std::memcpy(&descriptor, CMSG_DATA(rights), sizeof(int));
    take({text, static_cast<size_t>(size)}, descriptor);
  }
}

void NotifySocket::take(std::string_view message, int descriptor) {
  heard_.append(message).append("\n");
  if (const std::string pid = value_in(message, "MAINPID"); !pid.empty())
    main_pid_ = static_cast<pid_t>(std::stol(pid));
  const std::string name = value_in(message, "FDNAME");
  if (value_in(message, "FDSTORE") == "1") {
    kept_.emplace_back(name, descriptor);
  } else if (value_in(message, "FDSTOREREMOVE") == "1") {
    std::erase_if(kept_, [&](const auto& it) {
      if (it.first == name) ::close(it.second);
      return it.first == name;
    });
  }
}

bool NotifySocket::hear(std::string_view text) {
  return eventually([&] {
    listen();
    return heard_.find(text) != std::string::npos;
  });
}

pid_t NotifySocket::main_pid() {
  listen();
  return main_pid_;
}

const std::vector<std::pair<std::string, int>>& NotifySocket::kept() {
  listen();
  return kept_;
}

ProcessOptions NotifySocket::give_back() {
  listen();
  ProcessOptions options;
  std::string names;
  for (size_t i = 0; i < kept_.size(); ++i) {
    options.descriptors.emplace_back(kept_[i].second, 3 + static_cast<int>(i));
    names += (names.empty() ? "" : ":") + kept_[i].first;
  }
  options.environment = {variable(), fmt::format("LISTEN_FDS={}", kept_.size()),
                         "LISTEN_FDNAMES=" + names};
  options.listen_pid = true;
  return options;
}

}  // namespace svc::testing
