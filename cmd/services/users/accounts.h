// accounts.h — who is registered, and with which password.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cmd/services/storage/database.h"
#include "cmd/services/users/password.h"

namespace users {

struct Account {
  int64_t id = 0;
  std::string username;
};

// Threads: the handlers' fibers; all of it waits, for the database or for the pool.
class Accounts {
 public:
  Accounts(storage::Database& database, PasswordCost cost) : database_(database), cost_(cost) {}

  static void migrate(storage::Database& database);
  // Before the first login: makes the hash that unknown names are checked against. Blocks.
  void start();

  // nullopt: the name is taken.
  std::optional<Account> add(const std::string& username, const std::string& password);
  // nullopt: no such user, or another password. Takes the same time for both, so that nobody learns
  // from it which names there are.
  std::optional<Account> verify(const std::string& username, const std::string& password);

 private:
  storage::Database& database_;
  const PasswordCost cost_;
  std::string nobodys_hash_;
};

}  // namespace users
