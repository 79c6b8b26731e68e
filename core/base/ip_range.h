// ip_range.h — "10.0.0.0/8", "2001:db8::/32", "127.0.0.1": which addresses somebody means.
//
// Why here: the configuration says where such a text is wrong, long before the network asks who is
// in the range; both must mean the same by it.
//
// One form for both families: an IPv4 address is ::ffff:a.b.c.d, so that a socket for both and a
// proxy that writes it so don't get past a rule. Pure; no names, no look-ups.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/api.h"
#include "core/base/result.h"

namespace svc {

using IpBytes = std::array<uint8_t, 16>;

struct SVC_API IpRange {
  IpBytes first{};
  uint8_t bits = 0;  // Of `first`, from its front, that an address must share.

  // Errors: invalid_argument with a sentence that names the text, what is wrong and a right form
  // (names, ports, interfaces, IPv4 in IPv6 form, too long a prefix, bits behind the prefix).
  static Result<IpRange> parse(std::string_view text);
  bool has(const IpBytes& address) const noexcept;
};

}  // namespace svc
