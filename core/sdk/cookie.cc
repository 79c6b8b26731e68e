#include "core/sdk/cookie.h"

#include <stdexcept>

#include "core/http/chars.h"
#include "core/http/message.h"

namespace svc {
namespace {

constexpr size_t kCookieMax = 4096;     // Name and value: RFC 6265bis 5.6.
constexpr size_t kAttributeMax = 1024;  // The same.

[[noreturn]] void refuse_cookie(std::string_view name, std::string_view why) {
  throw std::invalid_argument("cookie " + std::string(name) + ": " + std::string(why));
}

// cookie-octet, RFC 6265 4.1.1.
bool is_cookie_text(std::string_view text) noexcept {
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\') return false;
  }
  return true;
}

bool is_attribute(std::string_view text) noexcept {
  for (const char c : text) {
    if (c < 0x20 || c >= 0x7f || c == ';') return false;
  }
  return text.size() <= kAttributeMax;
}

bool has_prefix(std::string_view name, std::string_view prefix) noexcept {
  return name.size() >= prefix.size() && iequals(name.substr(0, prefix.size()), prefix);
}

void check_promises(std::string_view name, const CookieOptions& options) {
  const bool host = has_prefix(name, "__Host-");
  if ((host || has_prefix(name, "__Secure-")) && !options.secure) {
    refuse_cookie(name, "browsers take a name that begins so only with `secure`");
  }
  if (host && (options.path != "/" || !options.domain.empty())) {
    refuse_cookie(name, "browsers take a name that begins so only with path \"/\" and no domain");
  }
  if (options.same_site == SameSite::none && !options.secure) {
    refuse_cookie(name, "browsers take SameSite=None only with `secure`");
  }
  if (options.partitioned && !options.secure) {
    refuse_cookie(name, "browsers take Partitioned only with `secure`");
  }
}

std::string_view same_site_text(SameSite same_site) noexcept {
  switch (same_site) {
    case SameSite::lax:
      return "; SameSite=Lax";
    case SameSite::strict:
      return "; SameSite=Strict";
    case SameSite::none:
      return "; SameSite=None";
    case SameSite::unsaid:
      break;
  }
  return {};
}

}  // namespace

std::string set_cookie(std::string_view name, std::string_view value,
                       const CookieOptions& options) {
  if (!is_token(name)) refuse_cookie(name, "its name holds a character that a cookie can't");
  if (!is_cookie_text(value))
    refuse_cookie(name, "its value holds a character that a cookie can't");
  if (name.size() + value.size() > kCookieMax) refuse_cookie(name, "it has more than 4096 bytes");
  if (!is_attribute(options.path)) refuse_cookie(name, "its path is none");
  if (!is_attribute(options.domain)) refuse_cookie(name, "its domain is none");
  check_promises(name, options);

  std::string field;
  field.append(name).append("=").append(value);
  if (!options.path.empty()) field.append("; Path=").append(options.path);
  if (!options.domain.empty()) field.append("; Domain=").append(options.domain);
  if (options.max_age) field.append("; Max-Age=").append(std::to_string(options.max_age->count()));
  if (options.http_only) field += "; HttpOnly";
  if (options.secure) field += "; Secure";
  field += same_site_text(options.same_site);
  if (options.partitioned) field += "; Partitioned";
  return field;
}

}  // namespace svc
