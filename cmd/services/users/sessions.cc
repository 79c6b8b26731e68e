#include "cmd/services/users/sessions.h"

#include "cmd/services/users/password.h"
#include "cmd/services/users/sha256.h"
#include "core/http/message.h"

namespace users {
namespace {

constexpr size_t kTokenBytes = 32;

int64_t clock_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

}  // namespace

std::string Sessions::begin(int64_t user_id) {
  const int64_t now = clock_now();
  // A login is when a user's old sessions are swept: there is no more of them than of logins.
  database_.run("DELETE FROM sessions WHERE user_id = $1 AND expires <= $2", user_id, now);
  std::string token = secret_hex(kTokenBytes);
  database_.run("INSERT INTO sessions (token_hash, user_id, expires) VALUES ($1, $2, $3)",
                sha256_hex(token), user_id, now + lifetime_.count());
  return token;
}

std::optional<Session> Sessions::find(const std::string& token) {
  const int64_t now = clock_now();
  const auto rows = database_.run(
      "SELECT users.id, users.username, sessions.expires FROM sessions JOIN users ON users.id = "
      "sessions.user_id WHERE sessions.token_hash = $1 AND sessions.expires > $2",
      sha256_hex(token), now);
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return Session{row.integer(0), row.text(1), row.integer(2) - now};
}

void Sessions::end(const std::string& token) {
  database_.run("DELETE FROM sessions WHERE token_hash = $1", sha256_hex(token));
}

std::optional<std::string> bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() <= kScheme.size() ||
      !svc::iequals(authorization.substr(0, kScheme.size()), kScheme))
    return std::nullopt;
  authorization.remove_prefix(kScheme.size());
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  if (authorization.empty()) return std::nullopt;
  return std::string(authorization);
}

}  // namespace users
