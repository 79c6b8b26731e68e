#include "core/http/proxy_header.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

namespace svc {
namespace {

using ProxyState = ProxyHeader::State;

constexpr std::string_view kLineStart = "PROXY ";
constexpr size_t kLineMax = 107;  // With its line break.
constexpr std::string_view kBlockStart("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr size_t kBlockHead = 16;
constexpr ProxyHeader kWrongHeader{ProxyState::wrong, 0, {}};

ProxyHeader complete_header(size_t size, ProxyTold::Kind kind) noexcept {
  return {ProxyState::complete, size, {kind, false, {}}};
}

// ---- Version 1 ----

std::optional<uint16_t> line_port(std::string_view digits) noexcept {
  uint16_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, port);
  if (error != std::errc() || at != end) return std::nullopt;
  return port;
}

// "TCP4 SOURCE DESTINATION PORT PORT", single spaces between them.
ProxyHeader read_line(std::string_view line, size_t size) noexcept {
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN "))
    return complete_header(size, ProxyTold::Kind::unknown);
  std::array<std::string_view, 5> words;
  for (size_t i = 0; i < words.size(); ++i) {
    const size_t space = line.find(' ');
    if ((space == line.npos) != (i + 1 == words.size())) return kWrongHeader;
    words[i] = line.substr(0, space);
    line.remove_prefix(std::min(words[i].size() + 1, line.size()));
  }
  const bool four = words[0] == "TCP4";
  if (!four && words[0] != "TCP6") return kWrongHeader;
  const auto is_of_family = [four](std::string_view literal) {
    return four == (literal.find(':') == literal.npos);
  };
  const auto port = line_port(words[3]);
  const auto other_port = line_port(words[4]);
  if (!port || !other_port || !is_of_family(words[1]) || !is_of_family(words[2]))
    return kWrongHeader;
  const auto source = Address::from_ip(words[1], *port);
  if (!source || !Address::from_ip(words[2], *other_port)) return kWrongHeader;
  return {ProxyState::complete, size, {ProxyTold::Kind::client, false, *source}};
}

// ---- Version 2 ----

unsigned byte_at(std::string_view bytes, size_t at) noexcept {
  return static_cast<uint8_t>(bytes[at]);
}
size_t pair_at(std::string_view bytes, size_t at) noexcept {
  return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

template <class Sockaddr>
Address source_of(const Sockaddr& source) noexcept {
  sockaddr_storage storage{};
  std::memcpy(&storage, &source, sizeof source);
  return Address::from_sockaddr(storage, sizeof source);
}

// What follows the addresses: type, length, value. False: it doesn't fit.
bool read_extras(std::string_view extras, bool& secure) noexcept {
  constexpr unsigned kSsl = 0x20;
  constexpr unsigned kClientSsl = 0x01;
  while (!extras.empty()) {
    if (extras.size() < 3) return false;
    const unsigned type = byte_at(extras, 0);
    const size_t length = pair_at(extras, 1);
    if (length > extras.size() - 3) return false;
    const std::string_view value = extras.substr(3, length);
    if (type == kSsl && !value.empty()) secure = (byte_at(value, 0) & kClientSsl) != 0;
    extras.remove_prefix(3 + length);
  }
  return true;
}

ProxyHeader read_block(std::string_view block) noexcept {
  enum : unsigned { kLocal = 0x20, kProxied = 0x21 };
  enum : unsigned { kUnspecified = 0, kInet = 1, kInet6 = 2, kUnix = 3 };
  constexpr std::array<size_t, 4> kAddresses = {0, 12, 36, 216};  // Bytes, by family.
  const unsigned command = byte_at(block, 12);
  if (command == kLocal) return complete_header(block.size(), ProxyTold::Kind::itself);
  const unsigned family = byte_at(block, 13) >> 4;
  const unsigned transport = byte_at(block, 13) & 0xf;
  const std::string_view rest = block.substr(kBlockHead);
  if (command != kProxied || family > kUnix || transport > 2) return kWrongHeader;
  if (rest.size() < kAddresses[family]) return kWrongHeader;
  ProxyHeader header = complete_header(block.size(), ProxyTold::Kind::unknown);
  // The rest of an unspecified one has no form that anybody knows.
  if (family == kUnspecified || transport == 0) return header;
  if (!read_extras(rest.substr(kAddresses[family]), header.told.secure)) return kWrongHeader;
  if (family == kUnix) return header;
  header.told.kind = ProxyTold::Kind::client;
  if (family == kInet) {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    std::memcpy(&four.sin_addr, rest.data(), sizeof four.sin_addr);
    std::memcpy(&four.sin_port, rest.data() + 8, sizeof four.sin_port);
    header.told.source = source_of(four);
  } else {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    std::memcpy(&six.sin6_addr, rest.data(), sizeof six.sin6_addr);
    std::memcpy(&six.sin6_port, rest.data() + 32, sizeof six.sin6_port);
    header.told.source = source_of(six);
  }
  return header;
}

}  // namespace

ProxyHeader read_proxy_header(std::string_view bytes) noexcept {
  if (bytes.empty()) return {};
  const std::string_view start = bytes.front() == kLineStart.front() ? kLineStart : kBlockStart;
  if (!start.starts_with(bytes.substr(0, start.size()))) return kWrongHeader;
  if (bytes.size() < start.size()) return {};
  if (start == kLineStart) {
    const size_t end = bytes.substr(0, kLineMax).find("\r\n");
    if (end == bytes.npos) return bytes.size() < kLineMax ? ProxyHeader{} : kWrongHeader;
    return read_line(bytes.substr(start.size(), end - start.size()), end + 2);
  }
  if (bytes.size() < kBlockHead) return {};
  const size_t size = kBlockHead + pair_at(bytes, 14);
  if (size > kProxyHeaderMax) return kWrongHeader;
  if (bytes.size() < size) return {};
  return read_block(bytes.substr(0, size));
}

}  // namespace svc
