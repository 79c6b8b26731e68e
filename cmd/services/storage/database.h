// database.h — one interface to the databases that a service may be configured with.
//
//   auto database = storage::open({.url = "sqlite:/var/lib/shop/tasks.db"});
//   auto rows = database->run("SELECT title FROM tasks WHERE id = $1", id);
//
// Why: a service on one host wants no second server beside it (SQLite), one on several hosts needs
// one (PostgreSQL); which of them it is must be a line of its configuration. Statements are those
// that both understand: $1, $2, … for values, RETURNING, ON CONFLICT.
//
// What is acknowledged is on the disk: run() returns when the change is committed and synced
// (SQLite: WAL with synchronous=FULL; PostgreSQL: its default, synchronous_commit=on). NORMAL would
// survive a killed worker, but not a power cut, and the promise would depend on the database.
//
// Processes: each worker opens its own, after fork(2). Threads: run() suspends the fiber that calls
// it and never blocks the loop; in pool threads and at boot, where there is no fiber, it blocks.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "cmd/services/storage/rows.h"
#include "core/sdk/problem.h"

namespace storage {

// The text of a statement, known when it is compiled: no input can get into it, and its address is
// its name among the prepared statements.
class Sql {
 public:
  template <size_t N>
  consteval Sql(const char (&literal)[N]) : text_(literal) {}  // NOLINT: a literal is one.
  constexpr const char* text() const noexcept { return text_; }

 private:
  const char* text_;
};

struct Settings {
  std::string url;                           // "sqlite:/path" or "postgres://user@host/name"
  size_t connections_max = 8;                // PostgreSQL's, in one worker.
  std::chrono::milliseconds timeout{5'000};  // Of a statement: connecting and waiting included.
};

class Database {
 public:
  virtual ~Database() = default;

  // Runs one statement, which is a transaction of its own. Throws Unavailable when the database
  // can't be reached, is too busy or doesn't answer in time (a change may have been made or not,
  // then), svc::Problem 422 for a text with NUL; std::runtime_error when it refuses the statement.
  template <class... P>
  Rows run(Sql sql, P&&... parameters) {
    const std::array<Parameter, sizeof...(P)> values{Parameter(std::forward<P>(parameters))...};
    return run_all(sql, values);
  }
  Rows run_all(Sql sql, std::span<const Parameter> parameters);

  // Brings the tables of `component` up to date: step i makes version i + 1 of version i. A step
  // that has been released is never changed; a further one is added. `{id}` in a step is the
  // column type of a primary key that counts by itself. All steps that are missing are one
  // transaction, and workers that boot at once do it one after the other. Blocks: for boot.
  // Throws std::runtime_error; the tables of a newer program are refused.
  virtual void migrate(std::string_view component, std::span<const std::string_view> steps) = 0;

 protected:
  virtual Rows execute(Sql sql, std::span<const Parameter> parameters) = 0;
};

// Opens nothing yet. Throws std::runtime_error for a URL of no database that is known.
std::unique_ptr<Database> open(const Settings& settings);
// What is wrong with a URL, for the check of a service's options; empty: nothing.
std::string_view url_mistake(std::string_view url) noexcept;

// The database can't be used at present. Clients are told 503 and to try again; what() says why,
// for the log and for a worker that can't boot.
class Unavailable : public svc::Problem {
 public:
  explicit Unavailable(std::string_view why);
  const char* what() const noexcept override { return why_.c_str(); }

 private:
  std::string why_;
};

// For the databases: step `i` of a migration with `{id}` filled in, and the refusal of a version
// that this program doesn't know.
std::string migration_step(std::string_view step, std::string_view id_column);
void check_version(std::string_view component, int64_t version, size_t known);

// Logs `why` and throws Unavailable.
[[noreturn]] void throw_unavailable(std::string_view why);

}  // namespace storage
