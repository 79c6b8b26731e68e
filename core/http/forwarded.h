// forwarded.h — who the client is and where it thinks it is, as the proxies in front of us tell it.
//
// Why from the right: a proxy appends to what the client sent, and a client may send anything. Only
// what the nearest proxy wrote is known to be true, then, if that names another trusted proxy, what
// that one wrote, and so on: the first address that is not trusted is the client. Reading from the
// left believes whatever a client makes up.
//
// Why one kind of field: a proxy that writes X-Forwarded-For lets Forwarded through as the client
// sent it, and the other way round. Believing both believes the client.
//
// What can't be read (garbage, "unknown", an obfuscated name) ends the walk at the last address
// that is known. Nothing here fails, throws or allocates. Pure functions.
// Sources: RFC 7239; X-Forwarded-* have no standard.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/http/application.h"
#include "core/http/message.h"
#include "core/net/address.h"
#include "core/net/trusted_peers.h"

namespace svc {

enum class ForwardedField : uint8_t { none, x_forwarded, forwarded };

struct ProxyRules {
  TrustedPeers trusted;
  bool protocol = false;  // Connections from them begin with a PROXY header (proxy_header.h).
  ForwardedField field = ForwardedField::x_forwarded;
  bool host = false;  // What they say about the host counts as well.
};

inline constexpr int kHopsMax = 32;  // Proxies in a row; what is beyond them is not looked at.

struct ClientView {
  Address peer;         // Port 0 where nobody told it.
  ClientOrigin origin;  // Views into the head; the host is empty where nobody told it.
};

// REQUIRES: `peer` is trusted. `secure`: it says that its client came over TLS.
ClientView client_view(const ProxyRules& rules, const RequestHead& head, const Address& peer,
                       bool secure) noexcept;

// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1": one node of either field,
// unquoted. A port that is no number ("_x") is none.
std::optional<Address> forwarded_node(std::string_view text) noexcept;

}  // namespace svc
