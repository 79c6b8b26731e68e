#include "core/net/bind_error.h"

#include <fmt/core.h>

#include <cerrno>
#include <string>

namespace svc {
namespace {

constexpr uint16_t kPrivilegedEnd = 1024;  // The default of ip_unprivileged_port_start.

std::string directory_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

// What a person should know beyond strerror(3); "" when there is nothing.
std::string unix_story(int error_number, const Address& address) {
  const std::string directory = directory_of(address.path());
  switch (error_number) {
    case EADDRINUSE:
      return "another process listens there; stop it or choose another path";
    case ENOENT:
    case ENOTDIR:
      return fmt::format("no directory {}; make it, or choose another path", directory);
    case EACCES:
      return fmt::format("no right to make a socket in {}; let this user write there", directory);
    case EROFS:
      return fmt::format("{} is on a read-only file system; choose another path", directory);
    default:
      return "";
  }
}

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
  const std::string doing = "listen on " + address.spoken();
  const std::string story =
      address.is_unix() ? unix_story(error_number, address) : tcp_story(error_number, address);
  if (story.empty()) return Error::from_code(error_number, doing);
  return Error::of(static_cast<std::errc>(error_number), doing + ": " + story);
}

}  // namespace svc
