// net_support.h — clients and counts for the tests of core/net.
#pragma once

#include <dirent.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "core/base/fd.h"
#include "core/base/sys.h"
#include "core/net/listener.h"
#include "tests/support/temp_dir.h"

namespace svc {

inline constexpr int kPatienceMs = 10'000;  // For what must happen, on a loaded machine.

inline size_t open_descriptors() {
  return static_cast<size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

inline Address address_of(std::string_view text) {
  auto address = Address::parse(text);
  if (!address) throw std::runtime_error(address.error().text);
  return *address;
}

// A connecting socket; `error` is what connect(2) said within `timeout_ms`: 0, ECONNREFUSED, … or
// ETIMEDOUT.
struct Client {
  Fd fd;
  int error = 0;
};
inline Client start_connect(const Address& to) {
  Client client{Fd(sys::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), 0};
  if (sys::connect(client.fd.get(), to.get(), to.length()) < 0) client.error = errno;
  return client;
}
inline void finish_connect(Client& client, int timeout_ms) {
  if (client.error != EINPROGRESS) return;
  pollfd wait{client.fd.get(), POLLOUT, 0};
  if (sys::poll(&wait, 1, timeout_ms) == 0) {
    client.error = ETIMEDOUT;
    return;
  }
  socklen_t size = sizeof client.error;
  sys::getsockopt(client.fd.get(), SOL_SOCKET, SO_ERROR, &client.error, &size);
}
inline Client connect_to(const Address& to, int timeout_ms = kPatienceMs) {
  Client client = start_connect(to);
  finish_connect(client, timeout_ms);
  return client;
}

// The next connection of `socket` within `timeout_ms`.
inline Fd accept_from(int socket, int timeout_ms = kPatienceMs) {
  pollfd wait{socket, POLLIN, 0};
  if (sys::poll(&wait, 1, timeout_ms) <= 0) return Fd();
  return Fd(sys::accept4(socket, nullptr, nullptr, SOCK_CLOEXEC));
}

}  // namespace svc
