// proxy_header.h — the PROXY protocol: what a proxy says before the first byte of its client.
//
// Why: a proxy that only passes bytes on (TLS that it doesn't end, plain TCP) can't add a header
// field; it writes one line, or a block of bytes, in front of them instead.
//
// Pure and incremental: give it all that has come so far, as often as there is more. Version 1 is
// text of at most 107 bytes, version 2 binary; which of them it is, the first byte tells.
// Source: https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/net/address.h"

namespace svc {

struct ProxyTold {
  enum class Kind : uint8_t {
    itself,   // LOCAL: the proxy's own connection, a health check for one.
    unknown,  // Somebody else's, of whom no IP address is known (UNKNOWN, AF_UNSPEC, AF_UNIX).
    client,   // `source` is on the other side of the proxy.
  };
  Kind kind = Kind::itself;
  bool secure = false;  // The client came over TLS (PP2_TYPE_SSL).
  Address source;
};

struct ProxyHeader {
  enum class State : uint8_t { incomplete, complete, wrong };
  State state = State::incomplete;
  size_t size = 0;  // Complete: so many bytes were it.
  ProxyTold told;
};

// A version 2 block may be as long as 64 KiB and is meant to be short; longer ones are wrong.
inline constexpr size_t kProxyHeaderMax = 4096;

ProxyHeader read_proxy_header(std::string_view bytes) noexcept;

}  // namespace svc
