#include "core/net/address.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <optional>

#include "core/base/check.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kPathMax = sizeof(sockaddr_un::sun_path) - 1;  // A NUL ends it.
constexpr size_t kTextMax = 300;  // Longer than any address and its typos.

Error wrong(std::string_view text, std::string_view why) {
  std::string sentence = fmt::format("address \"{}\": {}", text, why);
  for (char& c : sentence)  // One line, and harmless on a terminal.
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return Error::invalid(std::move(sentence));
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

std::optional<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  const char* end = text.data() + text.size();
  if (!all_digits(text) || std::from_chars(text.data(), end, port).ec != std::errc()) return {};
  return port;
}

Result<sockaddr_un> parse_unix(std::string_view text) {
  const std::string_view name = text.substr(kUnixPrefix.size());
  const bool abstract = name.starts_with('@');
  if (name.empty()) return wrong(text, "no path; write unix:/run/svcd/NAME.sock");
  if (name == "@") return wrong(text, "no name after @; write unix:@NAME");
  if (name.find('\0') != name.npos) return wrong(text, "a NUL byte in the path");
  if (name.ends_with('/')) return wrong(text, "a directory; write unix:/run/svcd/NAME.sock");
  if (name.size() > kPathMax)
    return wrong(text, fmt::format("the path has {} bytes, a Unix socket's at most {}; choose a "
                                   "shorter directory",
                                   name.size(), kPathMax));
  sockaddr_un result{};
  result.sun_family = AF_UNIX;
  std::copy(name.begin(), name.end(), result.sun_path);
  if (abstract) result.sun_path[0] = '\0';
  return result;
}

// "[ADDRESS%INTERFACE]", without the brackets.
Result<sockaddr_in6> parse_in6(std::string_view text, std::string_view host) {
  sockaddr_in6 result{};
  result.sin6_family = AF_INET6;
  const size_t percent = host.find('%');
  const std::string literal(host.substr(0, percent));
  if (::inet_pton(AF_INET6, literal.c_str(), &result.sin6_addr) != 1)
    return wrong(text, fmt::format("[{}] is no IPv6 address; write for example [::1]:8080", host));
  if (IN6_IS_ADDR_V4MAPPED(&result.sin6_addr)) {
    char v4[INET_ADDRSTRLEN];
    ::inet_ntop(AF_INET, &result.sin6_addr.s6_addr[12], v4, sizeof v4);
    return wrong(text, fmt::format("an IPv4 address in IPv6 form; write {}", v4));
  }
  if (percent == host.npos) return result;
  const std::string interface(host.substr(percent + 1));
  result.sin6_scope_id = ::if_nametoindex(interface.c_str());
  if (result.sin6_scope_id == 0)
    return wrong(text, fmt::format("this host has no network interface \"{}\"", interface));
  return result;
}

// What somebody who wrote no port had in mind.
Error no_port(std::string_view text) {
  if (text.empty()) return wrong(text, "empty; write for example 127.0.0.1:8080");
  if (text.starts_with('/'))
    return wrong(text, fmt::format("a Unix socket needs a prefix; write unix:{}", text));
  if (parse_port(text))
    return wrong(text, fmt::format("no host; write 127.0.0.1:{0}, or *:{0} for all", text));
  return wrong(text, fmt::format("no port; write {}:8080", text));
}

Error not_an_address(std::string_view text, std::string_view host, std::string_view port) {
  if (host.empty())
    return wrong(text, fmt::format("no host; write 127.0.0.1:{0}, or *:{0} for all", port));
  if (host.find(':') != host.npos && host.find("//") == host.npos)
    return wrong(text, fmt::format("an IPv6 address needs brackets; write [{}]:{}", host, port));
  if (host.find_first_not_of("0123456789.") == host.npos)
    return wrong(text,
                 fmt::format("{} is no IPv4 address; write for example 127.0.0.1:{}", host, port));
  return wrong(text, fmt::format("\"{}\" is a name, and none but localhost is looked up; write an "
                                 "address of this host, such as 127.0.0.1:{}",
                                 host, port));
}

}  // namespace

const sockaddr_in& Address::in4() const noexcept {
  return *reinterpret_cast<const sockaddr_in*>(&storage_);
}
const sockaddr_in6& Address::in6() const noexcept {
  return *reinterpret_cast<const sockaddr_in6*>(&storage_);
}
const sockaddr_un& Address::un() const noexcept {
  return *reinterpret_cast<const sockaddr_un*>(&storage_);
}

Result<Address> Address::parse(std::string_view text) {
  Address result;
  const auto take = [&result](const auto& specific, size_t length) {
    std::memcpy(&result.storage_, &specific, sizeof specific);
    result.length_ = static_cast<socklen_t>(length);
  };
  if (text.size() > kTextMax)
    return wrong(fmt::format("{}...", text.substr(0, 40)),
                 fmt::format("{} bytes are too many for an address", text.size()));
  if (text.starts_with(kUnixPrefix)) {
    SVC_TRY(const sockaddr_un address, parse_unix(text));
    const size_t name =
        text.size() - kUnixPrefix.size();  // unix(7): an abstract name has no NUL after it.
    take(address, offsetof(sockaddr_un, sun_path) + name + (address.sun_path[0] != '\0' ? 1 : 0));
    return result;
  }

  const size_t colon = text.rfind(':');
  if (colon == text.npos || text.ends_with(']')) return no_port(text);
  const std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const auto port = parse_port(digits);
  if (!port)
    return wrong(text,
                 fmt::format("\"{}\" is no port; a port is a number from 0 to 65535", digits));

  if (host == "*") {
    sockaddr_in6 all{};
    all.sin6_family = AF_INET6;
    all.sin6_addr = in6addr_any;
    take(all, sizeof all);
    result.any_ = true;
  } else if (host.starts_with('[') && host.ends_with(']')) {
    SVC_TRY(const sockaddr_in6 address, parse_in6(text, host.substr(1, host.size() - 2)));
    take(address, sizeof address);
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    const std::string literal(host == "localhost" ? "127.0.0.1" : host);
    if (::inet_pton(AF_INET, literal.c_str(), &address.sin_addr) != 1)
      return not_an_address(text, host, digits);
    take(address, sizeof address);
  }
  result.set_port(*port);
  return result;
}

Address Address::from_sockaddr(const sockaddr_storage& storage, socklen_t length) {
  Address result;
  // Longer than what it holds: the kernel says so when it had to cut (accept(2)).
  result.length_ = std::min<socklen_t>(length, sizeof storage);
  std::memcpy(&result.storage_, &storage, result.length_);
  if (result.family() != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&result.in6().sin6_addr)) return result;

  sockaddr_in plain{};
  plain.sin_family = AF_INET;
  plain.sin_port = result.in6().sin6_port;
  std::memcpy(&plain.sin_addr, &result.in6().sin6_addr.s6_addr[12], sizeof plain.sin_addr);
  result.storage_ = {};
  std::memcpy(&result.storage_, &plain, sizeof plain);
  result.length_ = sizeof plain;
  return result;
}

std::optional<Address> Address::from_ip(std::string_view literal, uint16_t port) noexcept {
  char terminated[INET6_ADDRSTRLEN] = {};
  if (literal.size() >= sizeof terminated || literal.find('\0') != literal.npos)
    return std::nullopt;
  std::ranges::copy(literal, terminated);
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_in);
  if (auto& four = reinterpret_cast<sockaddr_in&>(storage);
      ::inet_pton(AF_INET, terminated, &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
  } else if (auto& six = reinterpret_cast<sockaddr_in6&>(storage);
             ::inet_pton(AF_INET6, terminated, &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    length = sizeof six;
  } else {
    return std::nullopt;
  }
  return from_sockaddr(storage, length);
}

Result<Address> Address::local(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (sys::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length) < 0)
    return Error::from_errno("getsockname");
  Address result = from_sockaddr(storage, length);
  if (result.family() == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&result.in6().sin6_addr)) {
    int v6_only = 1;
    socklen_t size = sizeof v6_only;
    if (sys::getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, &size) < 0)
      return Error::from_errno("getsockopt IPV6_V6ONLY");
    result.any_ = v6_only == 0;
  }
  return result;
}

Result<Address> Address::peer(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (sys::getpeername(fd, reinterpret_cast<sockaddr*>(&storage), &length) < 0)
    return Error::from_errno("getpeername");
  return from_sockaddr(storage, length);
}

uint16_t Address::port() const noexcept {
  if (family() == AF_INET) return ntohs(in4().sin_port);
  if (family() == AF_INET6) return ntohs(in6().sin6_port);
  return 0;
}

void Address::set_port(uint16_t port) noexcept {
  SVC_CHECK(family() == AF_INET || family() == AF_INET6);
  if (family() == AF_INET) reinterpret_cast<sockaddr_in*>(&storage_)->sin_port = htons(port);
  if (family() == AF_INET6) reinterpret_cast<sockaddr_in6*>(&storage_)->sin6_port = htons(port);
}

std::string_view Address::path() const noexcept {
  if (!is_unix() || length_ <= offsetof(sockaddr_un, sun_path)) return {};
  // A path of full length has no NUL after it; an abstract name begins with one.
  const char* path = un().sun_path;
  return {path, ::strnlen(path, length_ - offsetof(sockaddr_un, sun_path))};
}

std::string Address::text() const {
  char buffer[INET6_ADDRSTRLEN];
  if (any_) return fmt::format("*:{}", port());
  if (family() == AF_INET)
    return fmt::format("{}:{}", ::inet_ntop(AF_INET, &in4().sin_addr, buffer, sizeof buffer),
                       port());
  if (family() == AF_INET6) {
    const char* literal = ::inet_ntop(AF_INET6, &in6().sin6_addr, buffer, sizeof buffer);
    char interface[IF_NAMESIZE];
    if (in6().sin6_scope_id == 0) return fmt::format("[{}]:{}", literal, port());
    if (::if_indextoname(in6().sin6_scope_id, interface) != nullptr)
      return fmt::format("[{}%{}]:{}", literal, interface, port());
    return fmt::format("[{}%{}]:{}", literal, in6().sin6_scope_id, port());
  }
  if (!is_unix()) return "";
  if (!path().empty()) return fmt::format("unix:{}", path());
  constexpr size_t kPrefix = offsetof(sockaddr_un, sun_path) + 1;
  if (length_ <= kPrefix) return "unix:";  // Unnamed: the client's end.
  return fmt::format("unix:@{}", std::string_view(un().sun_path + 1, length_ - kPrefix));
}

std::string Address::spoken() const {
  const std::string plain = text();
  if (!is_unix()) return "tcp " + plain;
  return "unix " + plain.substr(kUnixPrefix.size());
}

bool Address::operator==(const Address& other) const noexcept {
  if (family() != other.family() || any_ != other.any_) return false;
  if (family() == AF_INET)
    return port() == other.port() && in4().sin_addr.s_addr == other.in4().sin_addr.s_addr;
  if (family() == AF_INET6)
    return port() == other.port() && in6().sin6_scope_id == other.in6().sin6_scope_id &&
           IN6_ARE_ADDR_EQUAL(&in6().sin6_addr, &other.in6().sin6_addr);
  if (!is_unix()) return true;
  if (!path().empty() || !other.path().empty()) return path() == other.path();
  return length_ == other.length_ && std::memcmp(&storage_, &other.storage_, length_) == 0;
}

}  // namespace svc
