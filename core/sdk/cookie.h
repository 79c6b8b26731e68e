// cookie.h — Set-Cookie: what an answer leaves with a browser (RFC 6265bis).
//
//   return svc::Response().cookie("session", id, {.max_age = 24h, .secure = true}).json(user);
//
// What a browser would throw away in silence is refused here, where somebody can read it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/api.h"

namespace svc {

enum class SameSite : uint8_t { lax, strict, none, unsaid };

// The defaults are what a session needs; `secure` as soon as there is HTTPS.
struct CookieOptions {
  std::string path = "/";  // Empty: that of the request, without its last segment.
  std::optional<std::chrono::seconds> max_age{};  // nullopt: until the browser is closed.
  std::string domain{};                           // Empty: this host alone.
  bool http_only = true;                          // Scripts can't read it.
  bool secure = false;                            // Sent over HTTPS only.
  SameSite same_site = SameSite::lax;
  bool partitioned = false;  // One for each site that embeds us (CHIPS).
};

// The field's value. Throws std::invalid_argument, naming the cookie, for what no cookie can hold
// (controls, blanks, quotes, commas, semicolons, backslashes, what is no ASCII: encode it first),
// for more than 4096 bytes of name and value, and for what its name or its options promise and the
// others break: `__Host-` needs secure, path "/" and no domain, `__Secure-` and SameSite::none and
// partitioned need secure.
SVC_API std::string set_cookie(std::string_view name, std::string_view value,
                               const CookieOptions& options = {});

}  // namespace svc
