// peer_key.h — who a peer is for limits: its address without the port, of IPv6 the first 64 bits.
//
// Why /64: that is what one customer is given, so each of them has 2^64 addresses to come from.
#pragma once

#include <string>
#include <string_view>

namespace svc {

// Of "192.0.2.1:40312", "[2001:db8::1]:443", "unix:".
std::string peer_key(std::string_view peer);

}  // namespace svc
