// signing.h — texts that come back as they were given away, or not at all: svc::Signer, and cookies
// of such: svc::SignedCookie.
//
//   const svc::SignedCookie session("session", {key}, {.max_age = 14 * 24h, .secure = true});
//   app.post("/login", [=](svc::Context& ctx, Login in) { session.set(ctx, Session{id_of(in)}); });
//   app.post("/logout", [=](svc::Context& ctx) { session.forget(ctx); });
//   …  if (const auto who = session.get<Session>(ctx)) …
//
// Why: who a browser is can stand in its cookie, without a table of sessions, if nobody but us can
// write it. HMAC-SHA256 (RFC 2104) over the text, the time of its signing and what it is for; older
// ones than a maximum age are none. It is signed, not hidden: everybody can read it. It can't be
// taken back before its time either; for that a table of sessions is needed.
//
// Threads: any; an object never changes, and copies are cheap.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/sdk/context.h"
#include "core/sdk/cookie.h"
#include "core/sdk/issues.h"
#include "core/sdk/json/json.h"

namespace svc {

class SVC_API Signer {
 public:
  static constexpr size_t kKeyMin = 16;  // Bytes; 32 random ones are right.
  static constexpr size_t kSignedMax = 8192;
  static constexpr std::chrono::seconds kClocksApart{60};  // What another host signed is newer.

  // The first key signs, all of them verify: a new one is put before the old ones, which go when
  // what they have signed is too old. `purpose`: what is signed for one is nothing for another.
  // Throws std::invalid_argument for no key, a short one, a NUL in the purpose.
  explicit Signer(std::vector<std::string> keys, std::string_view purpose = {});

  // TEXT.TIME.MAC, in letters, digits, '-', '_' and '.': fit for a cookie, a path, a query.
  std::string sign(std::string_view text, std::chrono::sys_seconds now = wall_clock()) const;
  // What was signed; nullopt: it is not ours, or older than `max_age`.
  std::optional<std::string> verify(std::string_view text, std::chrono::seconds max_age,
                                    std::chrono::sys_seconds now = wall_clock()) const;

 private:
  struct Keys;
  static std::chrono::sys_seconds wall_clock();

  std::shared_ptr<const Keys> keys_;
};

// One cookie by its name. Its max_age is that of the signature too; without one the browser keeps
// it until it is closed, and it counts for kAgeMax.
class SVC_API SignedCookie {
 public:
  static constexpr std::chrono::seconds kAgeMax = std::chrono::days(31);

  SignedCookie(std::string name, std::vector<std::string> keys, CookieOptions options = {});

  // A struct or another value that crosses as JSON; std::string as it is. Throws
  // std::invalid_argument for what no cookie can hold: 4096 bytes with its name.
  template <class T>
  void set(Context& ctx, const T& value) const {
    if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      set_text(ctx, value);
    } else {
      set_text(ctx, to_json(value));
    }
  }
  // nullopt: there is none, it is not ours, too old, or no T.
  template <class T = std::string>
  std::optional<T> get(const Context& ctx) const {
    std::optional<std::string> text = get_text(ctx);
    if constexpr (std::is_same_v<T, std::string>) {
      return text;
    } else {
      if (!text) return std::nullopt;
      T value{};
      Issues issues;
      if (!from_json(*text, value, issues) || !issues.empty()) return std::nullopt;
      return value;
    }
  }
  void forget(Context& ctx) const;

 private:
  void set_text(Context& ctx, std::string_view text) const;
  std::optional<std::string> get_text(const Context& ctx) const;

  std::string name_;
  CookieOptions options_;
  Signer signer_;
};

}  // namespace svc
