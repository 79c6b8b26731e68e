#include "core/sdk/signing.h"

#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "core/base/check.h"
#include "core/sdk/security.h"
#include "core/sdk/types/bytes.h"

namespace svc {
namespace {

// RFC 4648 §5, without padding.
std::string to_base64url(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  std::ranges::replace(out, '+', '-');
  std::ranges::replace(out, '/', '_');
  out.erase(out.find_last_not_of('=') + 1);
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
  std::string padded(text);
  std::ranges::replace(padded, '-', '+');
  std::ranges::replace(padded, '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  std::string out;
  if (!parse_base64(padded, out)) return std::nullopt;
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  // Fails only where libcrypto has no SHA-256, or no memory.
  SVC_CHECK(::HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, message.size(),
                   digest.data(), &size) != nullptr);
  return std::string(reinterpret_cast<const char*>(digest.data()), size);
}

std::optional<std::chrono::sys_seconds> parse_time(std::string_view text) {
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || text.size() > 12) return {};
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

}  // namespace

struct Signer::Keys {
  std::vector<std::string> keys;
  std::string prefix;  // Of what a MAC is made of: nobody else's HMAC with this key is one of ours.
};

Signer::Signer(std::vector<std::string> keys, std::string_view purpose) {
  const auto is_short = [](const std::string& key) { return key.size() < kKeyMin; };
  if (keys.empty() || std::ranges::any_of(keys, is_short)) {
    throw std::invalid_argument(fmt::format(
        "a key to sign with has {} bytes at least: make one by openssl rand -hex 32", kKeyMin));
  }
  if (purpose.find('\0') != std::string_view::npos) {
    throw std::invalid_argument("the purpose of a signature holds no NUL");
  }
  std::string prefix = "svc-signed-1";
  prefix.append(1, '\0').append(purpose).append(1, '\0');
  keys_ = std::make_shared<const Keys>(Keys{std::move(keys), std::move(prefix)});
}

std::chrono::sys_seconds Signer::wall_clock() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string Signer::sign(std::string_view text, std::chrono::sys_seconds now) const {
  std::string out = to_base64url(text);
  out += fmt::format(".{}", now.time_since_epoch().count());
  const std::string mac = to_base64url(hmac_sha256(keys_->keys.front(), keys_->prefix + out));
  return out.append(1, '.').append(mac);
}

std::optional<std::string> Signer::verify(std::string_view text, std::chrono::seconds max_age,
                                          std::chrono::sys_seconds now) const {
  const size_t before_mac = text.rfind('.');
  if (text.size() > kSignedMax || before_mac == std::string_view::npos) return std::nullopt;
  const std::string_view said = text.substr(0, before_mac);
  const std::string message = keys_->prefix + std::string(said);
  const auto is_signed_by = [&](const std::string& key) {
    return same_secret(text.substr(before_mac + 1), to_base64url(hmac_sha256(key, message)));
  };
  if (std::ranges::none_of(keys_->keys, is_signed_by)) return std::nullopt;
  const size_t before_time = said.find('.');
  if (before_time == std::string_view::npos) return std::nullopt;
  const auto time = parse_time(said.substr(before_time + 1));
  if (!time || now - *time > max_age || *time - now > kClocksApart) return std::nullopt;
  return from_base64url(said.substr(0, before_time));
}

SignedCookie::SignedCookie(std::string name, std::vector<std::string> keys, CookieOptions options)
    : name_(std::move(name)),
      options_(std::move(options)),
      signer_(std::move(keys), "cookie " + name_) {}

void SignedCookie::set_text(Context& ctx, std::string_view text) const {
  ctx.cookie(name_, signer_.sign(text), options_);
}

std::optional<std::string> SignedCookie::get_text(const Context& ctx) const {
  const auto value = ctx.request().cookie(name_);
  if (!value) return std::nullopt;
  return signer_.verify(*value, options_.max_age.value_or(kAgeMax));
}

void SignedCookie::forget(Context& ctx) const {
  CookieOptions gone = options_;
  gone.max_age = std::chrono::seconds(0);
  ctx.cookie(name_, "", gone);
}

}  // namespace svc
