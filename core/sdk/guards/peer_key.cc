#include "core/sdk/guards/peer_key.h"

#include <arpa/inet.h>

namespace svc {

std::string peer_key(std::string_view peer) {
  if (!peer.starts_with('[')) {
    const size_t colon = peer.starts_with("unix:") ? peer.npos : peer.rfind(':');
    return std::string(peer.substr(0, colon));
  }
  const std::string address(peer.substr(1, peer.find_first_of("%]") - 1));
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), &bytes) != 1) return std::string(peer);
  for (size_t i = 8; i < 16; ++i) bytes.s6_addr[i] = 0;
  char text[INET6_ADDRSTRLEN];
  return std::string(::inet_ntop(AF_INET6, &bytes, text, sizeof text)) + "/64";
}

}  // namespace svc
