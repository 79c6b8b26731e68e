// sessions.h — who is logged in: a token for each login, until it expires or is given up.
//
// A token is 256 random bits. The database holds its hash: who reads the table, or a backup of it,
// can't use what is in there.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cmd/services/storage/database.h"

namespace users {

struct Session {
  int64_t user_id = 0;
  std::string username;
  int64_t expires_in = 0;  // Seconds.
};

class Sessions {
 public:
  Sessions(storage::Database& database, std::chrono::seconds lifetime)
      : database_(database), lifetime_(lifetime) {}

  std::string begin(int64_t user_id);  // The token, which is nowhere else.
  std::optional<Session> find(const std::string& token);
  void end(const std::string& token);
  std::chrono::seconds lifetime() const noexcept { return lifetime_; }

 private:
  storage::Database& database_;
  const std::chrono::seconds lifetime_;
};

// The token of "Authorization: Bearer TOKEN" (RFC 6750 2.1); nullopt for anything else.
std::optional<std::string> bearer_token(std::string_view authorization);

}  // namespace users
