#include "core/net/trusted_peers.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace svc {
namespace {

IpBytes bytes_of(const Address& address) noexcept {
  IpBytes bytes{};
  if (address.family() == AF_INET6) {
    const auto& six = *reinterpret_cast<const sockaddr_in6*>(address.get());
    std::memcpy(bytes.data(), &six.sin6_addr, sizeof six.sin6_addr);
  } else {
    const auto& four = *reinterpret_cast<const sockaddr_in*>(address.get());
    bytes[10] = bytes[11] = 0xff;
    std::memcpy(&bytes[12], &four.sin_addr, sizeof four.sin_addr);
  }
  return bytes;
}

}  // namespace

Result<TrustedPeers> TrustedPeers::parse(std::span<const std::string> texts) {
  TrustedPeers trusted;
  for (const std::string& text : texts) {
    if (text == kUnixPrefix) {
      trusted.unix_ = true;
      continue;
    }
    if (text.starts_with(kUnixPrefix))
      return Error::invalid("\"" + text +
                            "\": whoever connects to a Unix socket has no path; write \"unix:\"");
    SVC_TRY(const IpRange range, IpRange::parse(text));
    trusted.ranges_.push_back(range);
  }
  return trusted;
}

bool TrustedPeers::find(const Address& peer) const noexcept {
  if (peer.is_unix()) return unix_;
  if (peer.family() != AF_INET && peer.family() != AF_INET6) return false;
  const IpBytes bytes = bytes_of(peer);
  return std::ranges::any_of(ranges_, [&](const IpRange& range) { return range.has(bytes); });
}

}  // namespace svc
