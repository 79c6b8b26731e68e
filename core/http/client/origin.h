// origin.h — where a request of ours goes: scheme, host and port, or the path of a Unix socket.
//
// Why a type: connections are kept per origin, so two spellings of one place must compare equal
// (RFC 3986 6.2.2: scheme and host without regard to case, the default port left out), and what a
// configuration or a caller wrote is checked once, with a sentence that names it.
//
//   http://prices:8080/v1       host "prices", port 8080, path "/v1"
//   http://[::1]/               host "::1", port 80
//   unix:/run/svcd/users.sock   that socket; unix:/run/svcd/users.sock:/v1 with a path behind it
//   http+unix://%2Frun%2Fsvcd%2Fusers.sock/v1  the same, as Python's requests-unixsocket writes it
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/result.h"

namespace svc {

struct SVC_API Origin {
  enum class Scheme : uint8_t { http, https };

  Scheme scheme = Scheme::http;
  std::string host;       // Lower case, an IPv6 address without its brackets; empty: unix_path.
  uint16_t port = 80;     // 443 for https.
  std::string unix_path;  // Absolute; empty for TCP.

  bool is_unix() const noexcept { return !unix_path.empty(); }
  // "http://prices:8080", "unix:/run/users.sock": one text for one origin, for keys and messages.
  std::string text() const;
  // The Host field: "prices:8080", without the scheme's default port; "localhost" for a socket.
  std::string authority() const;
  bool operator==(const Origin&) const = default;
};

struct SVC_API ClientUrl {
  Origin origin;
  std::string path;   // As written, percent-encoded, without the query; "" or "/…".
  std::string query;  // Without '?'.

  std::string target() const;  // Origin-form (RFC 9112 3.2.1): path or "/", and "?query".
};

// A fragment is dropped: it is never sent. Errors: invalid_argument with a sentence that names the
// text, what is wrong and a right form (other schemes, no host, port 0 or above 65535, user
// information, characters that no URI has, a socket path that is relative or too long).
SVC_API Result<ClientUrl> parse_client_url(std::string_view text);

}  // namespace svc
