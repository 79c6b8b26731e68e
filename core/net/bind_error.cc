#include "core/net/bind_error.h"

#include <fmt/core.h>

#include <cerrno>
#include <string>

#include "core/base/socket_file.h"

namespace svc {
namespace {

constexpr uint16_t kPrivilegedEnd = 1024;  // The default of ip_unprivileged_port_start.

// What a person should know beyond strerror(3); "" when there is nothing.
std::string tcp_story(int error_number, const Address& address) {
  switch (error_number) {
    case EADDRINUSE:
      return fmt::format(
          "already in use by another process; stop it (ss -ltnp 'sport = :{}' "
          "shows it) or choose another port",
          address.port());
    case EACCES:
      if (address.port() >= kPrivilegedEnd) return "";
      return fmt::format(
          "port {} is privileged; start as root, give svcd CAP_NET_BIND_SERVICE, or "
          "lower net.ipv4.ip_unprivileged_port_start",
          address.port());
    case EADDRNOTAVAIL:
      return "not an address of this host; \"ip address\" shows those it has";
    case EAFNOSUPPORT:
      return "this host has no IPv6; use an IPv4 address";
    case EINVAL:
      if (address.family() != AF_INET6) return "";
      return "a link-local address needs its interface; write for example [fe80::1%eth0]:8080";
    default:
      return "";
  }
}

}  // namespace

Error bind_error(int error_number, const Address& address) {
  if (address.is_unix())
    return socket_path_error(error_number, address.text().substr(kUnixPrefix.size()));
  const std::string doing = "listen on " + address.spoken();
  const std::string story = tcp_story(error_number, address);
  if (story.empty()) return Error::from_code(error_number, doing);
  return Error::of(static_cast<std::errc>(error_number), doing + ": " + story);
}

}  // namespace svc
