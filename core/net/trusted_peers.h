// trusted_peers.h — whose word counts about who a client is: the proxies in front of a service.
//
// Why a list and no default: whoever may say "I speak for 203.0.113.7" gets around rate limits,
// appears in logs as somebody else, and is served as that address. So nobody may, but those whom
// the configuration names: addresses, ranges, and "unix:" for whoever connects to a Unix socket
// (its file's rights say who that can be).
//
// Immutable once made. An empty list costs one comparison.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/base/api.h"
#include "core/base/ip_range.h"
#include "core/base/result.h"
#include "core/net/address.h"

namespace svc {

class SVC_API TrustedPeers {
 public:
  TrustedPeers() noexcept = default;  // Nobody.
  // Errors: IpRange's; a Unix socket with a path.
  static Result<TrustedPeers> parse(std::span<const std::string> texts);

  bool empty() const noexcept { return ranges_.empty() && !unix_; }
  bool has(const Address& peer) const noexcept { return !empty() && find(peer); }

 private:
  bool find(const Address& peer) const noexcept;

  std::vector<IpRange> ranges_;
  bool unix_ = false;
};

}  // namespace svc
