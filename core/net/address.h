// address.h — where a service listens or connects: "127.0.0.1:8080", "[::1]:8080",
// "localhost:8080", "*:8080", "unix:/run/svcd/users.sock", "unix:@abstract".
//
// Why no names but localhost: the master resolves nothing (DNS blocks, and lies at boot).
// "localhost" is 127.0.0.1. "*" is every address of this host: [::] accepting IPv4 too, where a
// literal "[::]" is IPv6 alone; a Listener falls back to 0.0.0.0 on a host without IPv6.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/result.h"

namespace svc {

inline constexpr std::string_view kUnixPrefix = "unix:";

class SVC_API Address {
 public:
  Address() noexcept = default;  // Of nothing: family() is AF_UNSPEC.

  // Errors: invalid_argument with a sentence that names the text, what is wrong, and a right form
  // (missing or out-of-range port, host name, unix path that is empty or longer than sun_path).
  static Result<Address> parse(std::string_view text);
  // As the kernel filled it in. An IPv4 address in IPv6 clothes (::ffff:192.0.2.1, what a socket
  // for both reports) becomes the IPv4 address.
  static Address from_sockaddr(const sockaddr_storage& storage, socklen_t length);
  // An IP address alone, "203.0.113.7" or "2001:db8::1", as others write it; nullopt if it is none.
  static std::optional<Address> from_ip(std::string_view literal, uint16_t port) noexcept;
  static Result<Address> local(int fd);  // getsockname(2)
  static Result<Address> peer(int fd);   // getpeername(2)

  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t length() const noexcept { return length_; }
  int family() const noexcept { return storage_.ss_family; }
  bool is_unix() const noexcept { return family() == AF_UNIX; }
  bool is_any() const noexcept { return any_; }  // "*"
  uint16_t port() const noexcept;                // 0 for Unix sockets.
  void set_port(uint16_t port) noexcept;         // REQUIRES: not is_unix().
  std::string_view path() const noexcept;        // Of a Unix socket in the file system, else empty.
  // The form that parse() reads: "127.0.0.1:8080", "[::1]:8080", "*:8080", "unix:/path".
  std::string text() const;
  // "tcp 127.0.0.1:8080", "unix /path": for messages.
  std::string spoken() const;

  bool operator==(const Address& other) const noexcept;

 private:
  const sockaddr_in& in4() const noexcept;
  const sockaddr_in6& in6() const noexcept;
  const sockaddr_un& un() const noexcept;

  sockaddr_storage storage_{};  // Bytes beyond length_ are zero.
  socklen_t length_ = 0;
  bool any_ = false;
};

}  // namespace svc
