#include "core/http/target.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "core/http/chars.h"

namespace svc {
namespace {

constexpr Refusal kBadForm = {
    400, "the request target has none of the forms that its method allows (RFC 9112 3.2)"};
constexpr Refusal kBadByte = {400,
                              "the request target has a character that no URI has (RFC 3986 2)"};

bool has_whole_escapes(std::string_view text) noexcept {
  for (size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 3)) {
    if (at + 3 > text.size() || !is_char(text[at + 1], kHexChar) ||
        !is_char(text[at + 2], kHexChar)) {
      return false;
    }
  }
  return true;
}

bool valid_port(std::string_view digits) noexcept {
  unsigned port = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    port = port * 10 + static_cast<unsigned>(c - '0');
    if (port > 65'535) return false;
  }
  return true;
}

bool valid_ipv6(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) return false;
  std::ranges::copy(text, terminated.begin());
  in6_addr address;
  return ::inet_pton(AF_INET6, terminated.data(), &address) == 1;
}

// `rest` is "/path?query", "?query" or "" with the path left out.
Refusal judge_path(RequestHead& head, std::string_view rest) noexcept {
  size_t at = 0;
  bool has_escape = false;
  for (; at < rest.size() && is_char(rest[at], kPathChar); ++at) has_escape |= rest[at] == '%';
  head.path = rest.substr(0, at);
  if (at < rest.size()) {
    if (rest[at] != '?') return kBadByte;
    head.query = rest.substr(at + 1);
    if (!all_chars(head.query, kQueryChar)) return kBadByte;
  }
  if (has_escape && !has_whole_escapes(head.path)) {
    return {400, "a '%' in the path is not followed by two hexadecimal digits (RFC 3986 2.1)"};
  }
  return {};
}

Refusal judge_absolute(RequestHead& head) noexcept {
  const size_t colon = head.target.find(':');
  if (colon == std::string_view::npos) return kBadForm;
  const std::string_view scheme = head.target.substr(0, colon);
  const bool secure = iequals(scheme, "https");
  if ((!secure && !iequals(scheme, "http")) || head.target.substr(colon, 3) != "://") {
    return kBadForm;
  }
  const std::string_view rest = head.target.substr(colon + 3);
  const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  head.authority = rest.substr(0, end);
  // An empty host and user information make an http URI invalid (RFC 9110 4.2.1, 4.2.4).
  if (!valid_authority(head.authority)) {
    return {400, "the request target's authority is not valid (RFC 9110 4.2)"};
  }
  if (const Refusal bad = judge_path(head, rest.substr(end))) return bad;
  // An https resource must not be answered over a connection without TLS (RFC 9110 7.4).
  if (secure) return {421, "an https target came over a connection that is not secured"};
  if (head.path.empty()) {
    // RFC 9112 3.2.4: for OPTIONS, no path and no query mean the server as a whole.
    head.path = head.method == Method::options && head.query.empty() ? "*" : "/";
  }
  return {};
}

}  // namespace

bool valid_authority(std::string_view text) noexcept {
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos || !valid_ipv6(text.substr(1, close - 1))) return false;
    text.remove_prefix(close + 1);
    return text.empty() || (text.front() == ':' && valid_port(text.substr(1)));
  }
  size_t at = 0;
  while (at < text.size() && is_char(text[at], kHostChar)) ++at;
  if (at == 0 || !has_whole_escapes(text.substr(0, at))) return false;
  return at == text.size() || (text[at] == ':' && valid_port(text.substr(at + 1)));
}

Refusal judge_target(RequestHead& head) noexcept {
  if (head.target.starts_with('/')) return judge_path(head, head.target);
  if (head.target == "*") {
    if (head.method != Method::options) return kBadForm;
    head.path = head.target;
    return {};
  }
  return judge_absolute(head);
}

}  // namespace svc
