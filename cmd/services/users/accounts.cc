#include "cmd/services/users/accounts.h"

#include <array>
#include <chrono>

#include "core/sdk/offload.h"

namespace users {
namespace {

constexpr std::array<std::string_view, 1> kSteps = {
    "CREATE TABLE users (id {id}, username TEXT NOT NULL UNIQUE, password TEXT NOT NULL, created "
    "BIGINT NOT NULL);"
    "CREATE TABLE sessions (token_hash TEXT PRIMARY KEY, user_id BIGINT NOT NULL REFERENCES users "
    "(id) ON DELETE CASCADE, expires BIGINT NOT NULL);"
    "CREATE INDEX sessions_by_user ON sessions (user_id)"};

int64_t unix_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

}  // namespace

void Accounts::migrate(storage::Database& database) { database.migrate("users", kSteps); }

void Accounts::start() { nobodys_hash_ = hash_password(secret_hex(16), cost_); }

std::optional<Account> Accounts::add(const std::string& username, const std::string& password) {
  // Asked first: a hash for a name that is taken would be work for nothing.
  if (!database_.run("SELECT id FROM users WHERE username = $1", username).empty())
    return std::nullopt;
  const std::string hash = svc::offload([&] { return hash_password(password, cost_); });
  const auto rows = database_.run(
      "INSERT INTO users (username, password, created) VALUES ($1, $2, $3) ON CONFLICT (username) "
      "DO NOTHING RETURNING id",
      username, hash, unix_now());
  if (rows.empty()) return std::nullopt;  // Somebody was quicker.
  return Account{rows.front().integer(0), username};
}

std::optional<Account> Accounts::verify(const std::string& username, const std::string& password) {
  const auto rows = database_.run("SELECT id, password FROM users WHERE username = $1", username);
  const std::string hash = rows.empty() ? nobodys_hash_ : rows.front().text(1);
  const bool right = svc::offload([&] { return verify_password(hash, password); });
  if (rows.empty() || !right) return std::nullopt;
  return Account{rows.front().integer(0), username};
}

}  // namespace users
