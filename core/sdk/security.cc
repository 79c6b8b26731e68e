#include "core/sdk/security.h"

#include "core/http/chars.h"
#include "core/sdk/problem.h"
#include "core/sdk/types/bytes.h"

namespace svc {
namespace {

constexpr std::string_view kBearerChallenge = "Bearer";
constexpr std::string_view kBasicChallenge = R"(Basic realm="service", charset="UTF-8")";

[[noreturn]] void refuse_credentials(std::string_view challenge, std::string detail) {
  throw Problem(401, std::move(detail)).header("WWW-Authenticate", challenge);
}

// What follows `scheme` in the Authorization field; nullopt: there is none, or one of another kind.
std::optional<std::string_view> credentials_of(const Context& ctx, std::string_view scheme,
                                               std::string_view challenge) {
  const RequestHead& head = ctx.request().head();
  const auto field = head.header("Authorization");
  if (!field) return std::nullopt;
  if (head.count("Authorization") > 1) refuse_credentials(challenge, "two Authorization fields");
  const size_t space = field->find(' ');
  if (!iequals(field->substr(0, space), scheme)) return std::nullopt;
  if (space == std::string_view::npos) return std::string_view();
  return field->substr(std::min(field->find_first_not_of(' ', space), field->size()));
}

// RFC 9110 11.2: token68.
bool is_token68(std::string_view text) noexcept {
  const size_t end = text.find_last_not_of('=');
  if (end == std::string_view::npos) return false;
  for (const char c : text.substr(0, end + 1)) {
    const bool alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!alphanumeric && std::string_view("-._~+/").find(c) == std::string_view::npos) return false;
  }
  return true;
}

// Padding may be left out, as some clients do.
std::optional<std::string> decode_basic(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string padded(text);
  padded.append((4 - text.size() % 4) % 4, '=');
  std::string out;
  if (!parse_base64(padded, out)) return std::nullopt;
  return out;
}

}  // namespace

bool same_secret(std::string_view given, std::string_view kept) noexcept {
  unsigned difference = given.size() == kept.size() ? 0 : 1;
  for (size_t i = 0; i < given.size(); ++i) {
    const char other = kept.empty() ? '\0' : kept[i % kept.size()];
    difference |= static_cast<unsigned char>(given[i] ^ other);
  }
  return difference == 0;
}

std::optional<Bearer> from<std::optional<Bearer>>::get(Context& ctx) {
  const auto token = credentials_of(ctx, "Bearer", kBearerChallenge);
  if (!token) return std::nullopt;
  if (!is_token68(*token)) {
    refuse_credentials(R"(Bearer error="invalid_token")", "the bearer token is malformed");
  }
  return Bearer{std::string(*token)};
}

Bearer from<Bearer>::get(Context& ctx) {
  auto bearer = from<std::optional<Bearer>>::get(ctx);
  if (!bearer) refuse_credentials(kBearerChallenge, "a bearer token is required");
  return *std::move(bearer);
}

std::optional<Basic> from<std::optional<Basic>>::get(Context& ctx) {
  const auto text = credentials_of(ctx, "Basic", kBasicChallenge);
  if (!text) return std::nullopt;
  const auto decoded = decode_basic(*text);
  const size_t colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) {
    refuse_credentials(kBasicChallenge, "the credentials are malformed");
  }
  return Basic{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

Basic from<Basic>::get(Context& ctx) {
  auto basic = from<std::optional<Basic>>::get(ctx);
  if (!basic) refuse_credentials(kBasicChallenge, "user and password are required");
  return *std::move(basic);
}

}  // namespace svc
