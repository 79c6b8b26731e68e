#include "core/sdk/types/formats.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace svc::detail {
namespace {

constexpr size_t kEmailMax = 254;  // RFC 5321 4.5.3.1.3, without the angle brackets.
constexpr size_t kLocalPartMax = 64;
constexpr size_t kLabelMax = 63;
constexpr size_t kHostMax = 253;
constexpr size_t kUrlMax = 8192;

bool is_alnum(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_beyond_ascii(char c) noexcept { return static_cast<unsigned char>(c) >= 0x80; }
bool contains(std::string_view set, char c) noexcept {
  return set.find(c) != std::string_view::npos;
}

// RFC 5322 3.2.3 "dot-atom", with the letters of RFC 6531.
bool is_local_part(std::string_view text) noexcept {
  if (text.empty() || text.size() > kLocalPartMax) return false;
  char before = '.';
  for (const char c : text) {
    if (c == '.' ? before == '.'
                 : !is_alnum(c) && !is_beyond_ascii(c) && !contains("!#$%&'*+/=?^_`{|}~-", c)) {
      return false;
    }
    before = c;
  }
  return before != '.';
}

bool is_label(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kLabelMax && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alnum(c) || c == '-' || is_beyond_ascii(c); });
}

bool is_mail_domain(std::string_view text) noexcept {
  if (text.size() > kHostMax || !contains(text, '.')) return false;
  for (;;) {
    const size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_hex(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// RFC 3986 2: unreserved, reserved (without brackets) and percent-encoded.
bool is_url_text(std::string_view text) noexcept {
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      if (at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
      at += 2;
    } else if (!is_alnum(text[at]) && !contains("-._~:/?#@!$&'()*+,;=", text[at])) {
      return false;
    }
  }
  return true;
}

bool is_port(std::string_view text) noexcept {
  if (text.empty()) return true;
  unsigned port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && port <= 65535;
}

bool is_address6(std::string_view text) noexcept {
  char copy[INET6_ADDRSTRLEN] = {};
  if (text.size() >= sizeof copy) return false;
  std::copy(text.begin(), text.end(), copy);
  in6_addr address;
  return ::inet_pton(AF_INET6, copy, &address) == 1;
}

// host, host:port, [v6]:port.
bool is_host_and_port(std::string_view text) noexcept {
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos || !is_address6(text.substr(1, end - 1))) return false;
    text.remove_prefix(end + 1);
    return text.empty() || (text.front() == ':' && is_port(text.substr(1)));
  }
  const size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  const bool named = !host.empty() && host.size() <= kHostMax &&
                     std::all_of(host.begin(), host.end(),
                                 [](char c) { return is_alnum(c) || contains("-._~%", c); });
  return named && (colon == std::string_view::npos || is_port(text.substr(colon + 1)));
}

bool take_scheme(std::string_view& text) noexcept {
  constexpr std::string_view kHttp = "http";
  for (const char expected : kHttp) {
    if (text.empty() || (text.front() | 0x20) != expected) return false;
    text.remove_prefix(1);
  }
  if (!text.empty() && (text.front() | 0x20) == 's') text.remove_prefix(1);
  if (!text.starts_with("://")) return false;
  text.remove_prefix(3);
  return true;
}

}  // namespace

bool is_email(std::string_view text) noexcept {
  const size_t at = text.rfind('@');
  return at != std::string_view::npos && text.size() <= kEmailMax &&
         is_local_part(text.substr(0, at)) && is_mail_domain(text.substr(at + 1));
}

bool is_url(std::string_view text) noexcept {
  if (text.size() > kUrlMax || !take_scheme(text)) return false;
  const size_t end = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, end);
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    if (!is_url_text(authority.substr(0, at))) return false;
    authority.remove_prefix(at + 1);
  }
  const std::string_view rest = text.substr(end);
  const size_t fragment = rest.find('#');
  return is_host_and_port(authority) && is_url_text(rest) &&
         (fragment == std::string_view::npos || rest.find('#', fragment + 1) == rest.npos);
}

}  // namespace svc::detail
