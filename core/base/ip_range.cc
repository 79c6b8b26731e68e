#include "core/base/ip_range.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace svc {
namespace {

constexpr size_t kRangeTextMax = 64;  // Longer than any range and its typos.
constexpr unsigned kMappedBits = 96;  // ::ffff:0:0/96 is all of IPv4.

Error no_range(std::string_view text, std::string_view why) {
  std::string sentence = fmt::format("\"{}\" is no range of addresses: {}", text, why);
  for (char& c : sentence)  // One line, and harmless on a terminal.
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return Error::invalid(std::move(sentence));
}

struct Literal {
  IpBytes bytes{};
  bool four = false;
};

std::optional<Literal> parse_literal(std::string_view text) {
  const std::string terminated(text);
  Literal literal;
  literal.four = text.find(':') == text.npos;
  if (!literal.four) {
    if (::inet_pton(AF_INET6, terminated.c_str(), literal.bytes.data()) != 1) return std::nullopt;
    return literal;
  }
  literal.bytes[10] = literal.bytes[11] = 0xff;
  if (::inet_pton(AF_INET, terminated.c_str(), &literal.bytes[12]) != 1) return std::nullopt;
  return literal;
}

bool is_mapped(const IpBytes& bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](uint8_t b) { return b == 0; }) &&
         bytes[10] == 0xff && bytes[11] == 0xff;
}

IpBytes first_of(IpBytes bytes, unsigned bits) noexcept {
  for (unsigned i = 0; i < bytes.size(); ++i) {
    const unsigned kept = std::clamp(static_cast<int>(bits) - static_cast<int>(8 * i), 0, 8);
    bytes[i] = static_cast<uint8_t>(bytes[i] & (0xff00u >> kept));
  }
  return bytes;
}

std::string literal_text(const IpBytes& bytes, bool four) {
  char text[INET6_ADDRSTRLEN];
  const void* const from = four ? &bytes[12] : bytes.data();
  return ::inet_ntop(four ? AF_INET : AF_INET6, from, text, sizeof text);
}

}  // namespace

Result<IpRange> IpRange::parse(std::string_view text) {
  if (text.size() > kRangeTextMax)
    return no_range(fmt::format("{}...", text.substr(0, 40)),
                    fmt::format("{} bytes are too many", text.size()));
  const size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  const auto literal = parse_literal(host);
  if (!literal && (host.starts_with('[') || std::ranges::count(host, ':') == 1))
    return no_range(text, "no brackets and no port belong in it; write for example 10.0.0.0/8");
  if (!literal)
    return no_range(text,
                    "write an address, which nobody looks up, such as 127.0.0.1, or with the "
                    "length of a prefix, such as 10.0.0.0/8 or 2001:db8::/32");
  if (!literal->four && is_mapped(literal->bytes))
    return no_range(text, fmt::format("an IPv4 address in IPv6 form; write {}",
                                      literal_text(literal->bytes, true)));

  const unsigned most = literal->four ? 32 : 128;
  unsigned bits = most;
  if (slash != text.npos) {
    const std::string_view digits = text.substr(slash + 1);
    const char* const end = digits.data() + digits.size();
    const auto [at, error] = std::from_chars(digits.data(), end, bits);
    if (error != std::errc() || at != end || bits > most)
      return no_range(text, fmt::format("a prefix has 0 to {} bits here", most));
  }
  IpRange range{literal->bytes, static_cast<uint8_t>(literal->four ? bits + kMappedBits : bits)};
  // Perhaps the prefix is wrong, perhaps the address: only whoever wrote it knows.
  if (const IpBytes first = first_of(range.first, range.bits); first != range.first)
    return no_range(text, fmt::format("it doesn't begin there; write {}/{} for all of it, or {}",
                                      literal_text(first, literal->four), bits, host));
  return range;
}

bool IpRange::has(const IpBytes& address) const noexcept {
  return first_of(address, bits) == first;
}

}  // namespace svc
