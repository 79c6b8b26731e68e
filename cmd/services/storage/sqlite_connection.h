// sqlite_connection.h — one connection to an SQLite file, with its prepared statements.
//
// Threads: one at a time; blocks it. Process: the one that made it (SQLite's connections don't
// survive a fork).
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "cmd/services/storage/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace storage {

class SqliteConnection {
 public:
  // `timeout`: how long another process's write is waited for. Throws as run() does.
  SqliteConnection(std::string path, std::chrono::milliseconds timeout);

  bool writes(Sql sql);  // Whether the statement changes anything.
  // Throw svc::Problem 503 for what may pass (locked, disk full, I/O error), std::runtime_error
  // for what won't (a wrong statement).
  Rows run(Sql sql, std::span<const Parameter> parameters);
  void exec(const std::string& text);  // Any number of statements, without values or results.

 private:
  struct Close {
    void operator()(sqlite3* connection) const noexcept;
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Close>;

  void use_wal(std::chrono::milliseconds timeout);
  sqlite3_stmt* prepare(Sql sql);
  void bind(sqlite3_stmt* statement, std::span<const Parameter> parameters);
  void check(int code);
  [[noreturn]] void fail(int code);

  std::string path_;
  std::unique_ptr<sqlite3, Close> connection_;
  std::unordered_map<const char*, Statement> statements_;  // By the literal's address.
};

}  // namespace storage
