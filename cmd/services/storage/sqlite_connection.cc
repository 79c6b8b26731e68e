#include "cmd/services/storage/sqlite_connection.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include <stdexcept>

#include "core/base/clock.h"

namespace storage {
namespace {

// What a later attempt may not meet again: everything else is the statement's fault.
bool may_pass(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
      return true;
    default:
      return false;
  }
}

Row read_row(sqlite3_stmt* statement) {
  const int columns = sqlite3_column_count(statement);
  std::vector<std::optional<std::string>> values(static_cast<size_t>(columns));
  for (int i = 0; i < columns; ++i) {
    if (sqlite3_column_type(statement, i) == SQLITE_NULL) continue;
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
    values[static_cast<size_t>(i)].emplace(text,
                                           static_cast<size_t>(sqlite3_column_bytes(statement, i)));
  }
  return Row(std::move(values));
}

// A statement that isn't reset keeps its lock.
class Running {
 public:
  explicit Running(sqlite3_stmt* statement) noexcept : statement_(statement) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

void SqliteConnection::Close::operator()(sqlite3* connection) const noexcept {
  sqlite3_close_v2(connection);
}
void SqliteConnection::Close::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

SqliteConnection::SqliteConnection(std::string path, std::chrono::milliseconds timeout)
    : path_(std::move(path)) {
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path_.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  connection_.reset(opened);  // Even after a failure: it carries the error's text.
  check(code);
  check(sqlite3_extended_result_codes(opened, 1));
  check(sqlite3_busy_timeout(opened, static_cast<int>(timeout.count())));
  use_wal(timeout);
  exec("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
}

// Kept in the file. Two processes that do it at once may be told "locked" without any waiting: the
// lock that one of them needs is not one for which SQLite asks its busy handler.
void SqliteConnection::use_wal(std::chrono::milliseconds timeout) {
  const svc::Instant give_up = svc::Clock::steady().now() + timeout;
  int code = SQLITE_BUSY;
  while (true) {
    code = sqlite3_exec(connection_.get(), "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr);
    if ((code & 0xff) != SQLITE_BUSY || svc::Clock::steady().now() > give_up) break;
    sqlite3_sleep(5);
  }
  check(code);
}

void SqliteConnection::fail(int code) {
  const std::string text = fmt::format(
      "{}: {}", path_, connection_ ? sqlite3_errmsg(connection_.get()) : sqlite3_errstr(code));
  if (may_pass(code)) throw_unavailable(text);
  throw std::runtime_error("database: " + text);
}

void SqliteConnection::check(int code) {
  if (code != SQLITE_OK) fail(code);
}

sqlite3_stmt* SqliteConnection::prepare(Sql sql) {
  Statement& statement = statements_[sql.text()];
  if (statement) return statement.get();
  sqlite3_stmt* prepared = nullptr;
  check(sqlite3_prepare_v3(connection_.get(), sql.text(), -1, SQLITE_PREPARE_PERSISTENT, &prepared,
                           nullptr));
  statement.reset(prepared);
  return prepared;
}

bool SqliteConnection::writes(Sql sql) { return sqlite3_stmt_readonly(prepare(sql)) == 0; }

// By name: "$2" is the second value even where it comes first in the text.
void SqliteConnection::bind(sqlite3_stmt* statement, std::span<const Parameter> parameters) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    const int at = sqlite3_bind_parameter_index(statement, fmt::format("${}", i + 1).c_str());
    if (at == 0) throw std::runtime_error(fmt::format("database: a statement has no ${}", i + 1));
    if (const auto* number = std::get_if<int64_t>(&parameters[i])) {
      check(sqlite3_bind_int64(statement, at, *number));
    } else if (const auto* text = std::get_if<std::string>(&parameters[i])) {
      check(sqlite3_bind_text64(statement, at, text->data(), text->size(), nullptr, SQLITE_UTF8));
    } else {
      check(sqlite3_bind_null(statement, at));
    }
  }
}

Rows SqliteConnection::run(Sql sql, std::span<const Parameter> parameters) {
  sqlite3_stmt* statement = prepare(sql);
  const Running running(statement);
  bind(statement, parameters);
  Rows rows;
  while (true) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return rows;
    if (code != SQLITE_ROW) fail(code);
    if (rows.size() == kRowsMax) throw std::runtime_error("database: a statement has no LIMIT");
    rows.push_back(read_row(statement));
  }
}

void SqliteConnection::exec(const std::string& text) {
  check(sqlite3_exec(connection_.get(), text.c_str(), nullptr, nullptr, nullptr));
}

}  // namespace storage
