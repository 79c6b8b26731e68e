#include "config/listen.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "config/files.h"
#include "config/tree.h"

namespace svc {
namespace {

constexpr size_t kUnixPathMax = sizeof(sockaddr_un::sun_path) - 1;

std::unexpected<ValueProblem> problem(std::string_view text, std::string_view why,
                                      std::string hint = {}) {
  return std::unexpected(
      ValueProblem{fmt::format("{} is not an address to listen on: {}", toml_string(text), why),
                   std::move(hint)});
}

std::expected<ListenShape, ValueProblem> unix_shape(std::string_view text,
                                                    const std::string& directory) {
  const std::string_view path = text.substr(text.find(':') + 1);
  if (path.empty()) return problem(text, "the path is missing", "write \"unix:/path\"");
  ListenShape shape;
  shape.is_unix = true;
  const bool abstract = path.starts_with('@');
  const std::string full = abstract ? std::string(path) : join_path(directory, std::string(path));
  if (full == "@") return problem(text, "the name is missing", "write \"unix:@name\"");
  if (full.size() > kUnixPathMax)
    return problem(text, fmt::format("{} has {} bytes, and a socket's path may have {}", full,
                                     full.size(), kUnixPathMax));
  if (full.ends_with('/')) return problem(text, "it is a directory");
  shape.address = shape.key = "unix:" + full;
  return shape;
}

std::optional<uint16_t> port_of(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

// The host in the one form that the kernel would give back; nullopt if it is no numeric address.
std::optional<std::string> canonical_host(std::string_view host) {
  const bool six = host.starts_with('[') && host.ends_with(']');
  const std::string bare(six ? host.substr(1, host.size() - 2) : host);
  unsigned char bytes[sizeof(in6_addr)];
  char text[INET6_ADDRSTRLEN];
  const int family = six ? AF_INET6 : AF_INET;
  if (::inet_pton(family, bare.c_str(), bytes) != 1) return std::nullopt;
  ::inet_ntop(family, bytes, text, sizeof(text));
  return six ? fmt::format("[{}]", text) : std::string(text);
}

std::string hint_for(std::string_view text) {
  if (port_of(text)) return fmt::format("did you mean \"127.0.0.1:{}\"?", text);
  if (text.starts_with('/') || text.starts_with("./"))
    return fmt::format("did you mean \"unix:{}\"?", text);
  if (std::ranges::count(text, ':') > 1)
    return "an IPv6 address stands in brackets: \"[::1]:8080\"";
  return "write it like \"127.0.0.1:8080\"";
}

}  // namespace

std::expected<ListenShape, ValueProblem> listen_shape(std::string_view text,
                                                      const std::string& directory) {
  if (text.starts_with("unix:")) return unix_shape(text, directory);
  if (const size_t scheme = text.find("://"); scheme != text.npos)
    return problem(text, "it is a URL",
                   fmt::format("did you mean \"{}\"?", text.substr(scheme + 3)));
  const size_t colon = text.rfind(':');
  if (colon == text.npos || text.ends_with(']'))
    return problem(text, "the port is missing", hint_for(text));
  const std::string_view host = text.substr(0, colon);
  const auto port = port_of(text.substr(colon + 1));
  if (!port) return problem(text, "the port is not a number from 0 to 65535", hint_for(text));
  if (host.empty())
    return problem(text, "the host is missing",
                   fmt::format("\"*:{}\" is every address of the host", *port));

  ListenShape shape;
  std::string bound;  // The host's address, as far as it can be known here.
  if (host == "*" || host == "localhost") {
    shape.address = fmt::format("{}:{}", host, *port);
    bound = host == "*" ? "[::]" : "127.0.0.1";
  } else if (const auto canonical = canonical_host(host)) {
    bound = *canonical;
    shape.address = fmt::format("{}:{}", bound, *port);
  } else {
    return problem(text, "the host is not a numeric address, and names aren't looked up",
                   hint_for(text));
  }
  if (*port != 0) shape.key = fmt::format("{}:{}", bound, *port);
  return shape;
}

}  // namespace svc
