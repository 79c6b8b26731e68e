#include "core/http/client/origin.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <arpa/inet.h>
#include <algorithm>
#include <charconv>
#include <optional>

#include "core/http/chars.h"
#include "core/http/percent.h"

namespace svc {
namespace {

constexpr std::string_view kForms = "such as http://127.0.0.1:8080/path or unix:/run/service.sock";

Error bad_url(std::string_view text, std::string_view why) {
  return Error::invalid(
      fmt::format("\"{}\" is no address of an upstream: {}, {}", text, why, kForms));
}

constexpr uint16_t default_port(Origin::Scheme scheme) noexcept {
  return scheme == Origin::Scheme::https ? 443 : 80;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

// Whether path and query hold only what a request line may (target.h has the reasons). Percent
// signs are held against RFC 3986 in paths; queries are not decoded by anybody on the way.
bool valid_target_part(std::string_view text, CharClass wanted, bool escapes) noexcept {
  if (!all_chars(text, wanted)) return false;
  if (!escapes) return true;
  for (size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !is_char(text[at + 1], kHexChar) ||
        !is_char(text[at + 2], kHexChar)) {
      return false;
    }
  }
  return true;
}

// "/path?query#fragment" into `url`. False: it has bytes that no URL has.
bool read_target(std::string_view rest, ClientUrl& url) {
  rest = rest.substr(0, rest.find('#'));
  const size_t mark = rest.find('?');
  url.path = rest.substr(0, mark);
  if (mark != rest.npos) url.query = rest.substr(mark + 1);
  return valid_target_part(url.path, kPathChar, true) &&
         valid_target_part(url.query, kQueryChar, false);
}

std::string_view read_socket_path(std::string_view path, Origin& origin) {
  if (!path.starts_with('/')) return "the path of its socket is not absolute";
  if (path.size() >= sizeof(sockaddr_un::sun_path)) return "the path of its socket is too long";
  if (path.find('\0') != path.npos) return "the path of its socket has a NUL in it";
  origin.unix_path = path;
  return {};
}

// unix:/run/x.sock, unix:/run/x.sock:/path: the last ":/" parts them, as nginx has it.
Result<ClientUrl> parse_unix(std::string_view text, std::string_view rest) {
  ClientUrl url;
  const size_t mark = rest.rfind(":/");
  if (const auto why = read_socket_path(rest.substr(0, mark), url.origin); !why.empty()) {
    return bad_url(text, why);
  }
  if (mark != rest.npos && !read_target(rest.substr(mark + 1), url)) {
    return bad_url(text, "its path has a character that no URL has; write it as %XX");
  }
  return url;
}

// http+unix://%2Frun%2Fx.sock/path
Result<ClientUrl> parse_encoded_unix(std::string_view text, std::string_view rest) {
  ClientUrl url;
  const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  const auto path = percent_decode(rest.substr(0, end));
  if (!path) return bad_url(text, "the path of its socket is not percent-encoded");
  if (const auto why = read_socket_path(*path, url.origin); !why.empty()) return bad_url(text, why);
  if (!read_target(rest.substr(end), url)) {
    return bad_url(text, "its path has a character that no URL has; write it as %XX");
  }
  return url;
}

std::optional<uint16_t> read_port(std::string_view digits) noexcept {
  uint16_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, fault] = std::from_chars(digits.data(), end, port);
  if (fault != std::errc{} || stop != end || port == 0) return std::nullopt;
  return port;
}

// A name as DNS has them, or an IPv4 address: letters, digits, '-', '_' and single dots.
bool valid_host(std::string_view host) noexcept {
  if (host.empty() || host.size() > 253 || host.front() == '.' || host.front() == '-') return false;
  if (host.find("..") != host.npos) return false;
  return std::ranges::all_of(host, [](char c) {
    return c == '.' || c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  });
}

// host, host:port, [address], [address]:port. What is wrong, or nothing.
std::string_view read_authority(std::string_view text, Origin& origin) {
  if (text.find('@') != text.npos) {
    return "it has user information in it, which belongs into an Authorization field";
  }
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == text.npos) return "its \"[\" has no \"]\"";
    origin.host = lower_case(text.substr(1, end - 1));
    in6_addr unused;
    if (::inet_pton(AF_INET6, origin.host.c_str(), &unused) != 1) {
      return "what stands in brackets is no IPv6 address";
    }
    text.remove_prefix(end + 1);
    if (!text.empty() && text.front() != ':') return "after \"]\" only a port may stand";
    has_port = !text.empty();
    if (has_port) port = text.substr(1);
  } else {
    const size_t colon = text.find(':');
    has_port = colon != text.npos;
    if (has_port) port = text.substr(colon + 1);
    origin.host = lower_case(text.substr(0, colon));
    if (origin.host.empty()) return "it has no host";
    if (!valid_host(origin.host)) return "its host is neither a name nor a numeric address";
  }
  origin.port = default_port(origin.scheme);
  if (!has_port || port.empty()) return {};
  const auto number = read_port(port);
  if (!number) return "its port is not a number from 1 to 65535";
  origin.port = *number;
  return {};
}

}  // namespace

std::string Origin::text() const {
  if (is_unix()) return "unix:" + unix_path;
  const std::string_view name = scheme == Scheme::https ? "https" : "http";
  const bool bare = host.find(':') == host.npos;
  return bare ? fmt::format("{}://{}:{}", name, host, port)
              : fmt::format("{}://[{}]:{}", name, host, port);
}

std::string Origin::authority() const {
  if (is_unix()) return "localhost";
  std::string out = host.find(':') == host.npos ? host : "[" + host + "]";
  if (port != default_port(scheme)) out += ":" + std::to_string(port);
  return out;
}

std::string ClientUrl::target() const {
  std::string out = path.starts_with('/') ? path : "/" + path;
  if (!query.empty()) out += "?" + query;
  return out;
}

Result<ClientUrl> parse_client_url(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == text.npos) return bad_url(text, "it has no scheme");
  const std::string scheme = lower_case(text.substr(0, colon));
  std::string_view rest = text.substr(colon + 1);
  if (scheme == "unix") return parse_unix(text, rest);
  if (!rest.starts_with("//")) return bad_url(text, "\"//\" is missing behind its scheme");
  rest.remove_prefix(2);
  if (scheme == "http+unix") return parse_encoded_unix(text, rest);
  ClientUrl url;
  if (scheme == "https") {
    url.origin.scheme = Origin::Scheme::https;
  } else if (scheme != "http") {
    return bad_url(text, "its scheme is not http, https, unix or http+unix");
  }
  const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  if (const auto why = read_authority(rest.substr(0, end), url.origin); !why.empty()) {
    return bad_url(text, why);
  }
  if (!read_target(rest.substr(end), url)) {
    return bad_url(text, "its path or query has a character that no URL has; write it as %XX");
  }
  return url;
}

}  // namespace svc
