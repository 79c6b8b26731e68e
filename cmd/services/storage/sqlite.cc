#include "cmd/services/storage/sqlite.h"

#include <fmt/core.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "cmd/services/storage/sqlite_connection.h"
#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/base/sys.h"
#include "core/sdk/offload.h"

namespace storage {
namespace {

constexpr std::string_view kSqliteId = "INTEGER PRIMARY KEY AUTOINCREMENT";

// Before any connection: closing a second descriptor of the file would drop SQLite's locks.
void make_file(const std::string& path) {
  std::error_code failed;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, failed);
  if (failed)
    throw std::runtime_error(
        fmt::format("database: mkdir {}: {}; make it, for the user that the workers run as",
                    folder.native(), failed.message()));
  const svc::Fd made(svc::sys::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!made) throw std::runtime_error("database: " + svc::Error::from_errno("open " + path).text);
}

// One writer at a time in this process: SQLite has one in all, and lets the others poll for it. No
// std::timed_mutex: g++ 12's thread sanitizer doesn't know what it calls.
class WriterTurn {
 public:
  bool take(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    if (!is_free_.wait_for(lock, timeout, [this] { return !taken_; })) return false;
    return taken_ = true;
  }
  void give_back() noexcept {
    {
      const std::lock_guard lock(mutex_);
      taken_ = false;
    }
    is_free_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable is_free_;
  bool taken_ = false;
};

// Threads: run() suspends the caller and works in a pool thread, with a connection that is its own
// for that time. So there are at most as many connections as pool threads.
class Sqlite final : public Database {
 public:
  Sqlite(std::string path, std::chrono::milliseconds timeout)
      : path_(std::move(path)), timeout_(timeout) {
    make_file(path_);
  }

  void migrate(std::string_view component, std::span<const std::string_view> steps) override;

 private:
  Rows execute(Sql sql, std::span<const Parameter> parameters) override;
  std::unique_ptr<SqliteConnection> take();
  void give_back(std::unique_ptr<SqliteConnection> connection);
  Rows execute_here(Sql sql, std::span<const Parameter> parameters);

  const std::string path_;
  const std::chrono::milliseconds timeout_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_;  // By mutex_.
  WriterTurn writer_;
};

std::unique_ptr<SqliteConnection> Sqlite::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return std::make_unique<SqliteConnection>(path_, timeout_);
}

void Sqlite::give_back(std::unique_ptr<SqliteConnection> connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

Rows Sqlite::execute_here(Sql sql, std::span<const Parameter> parameters) {
  auto connection = take();  // Not given back after a failure: a new one is cheap, and clean.
  struct Turn {
    WriterTurn* held = nullptr;
    ~Turn() {
      if (held != nullptr) held->give_back();
    }
  };
  Rows rows = [&] {
    Turn turn;
    if (connection->writes(sql)) {
      if (!writer_.take(timeout_)) throw_unavailable(path_ + ": too many writers");
      turn.held = &writer_;
    }
    return connection->run(sql, parameters);
  }();
  give_back(std::move(connection));
  return rows;
}

Rows Sqlite::execute(Sql sql, std::span<const Parameter> parameters) {
  return svc::offload([&] { return execute_here(sql, parameters); });
}

void Sqlite::migrate(std::string_view component, std::span<const std::string_view> steps) {
  auto connection = take();
  connection->exec("BEGIN IMMEDIATE");
  connection->exec(
      "CREATE TABLE IF NOT EXISTS schema_versions (component TEXT PRIMARY KEY, version BIGINT NOT "
      "NULL)");
  const Parameter name{std::string(component)};
  const Rows found =
      connection->run("SELECT version FROM schema_versions WHERE component = $1", {&name, 1});
  const int64_t version = found.empty() ? 0 : found.front().integer(0);
  check_version(component, version, steps.size());
  for (size_t i = static_cast<size_t>(version); i < steps.size(); ++i)
    connection->exec(migration_step(steps[i], kSqliteId));
  const std::array<Parameter, 2> row{name, static_cast<int64_t>(steps.size())};
  connection->run(
      "INSERT INTO schema_versions (component, version) VALUES ($1, $2) ON CONFLICT (component) DO "
      "UPDATE SET version = excluded.version",
      row);
  connection->exec("COMMIT");
  give_back(std::move(connection));
}

}  // namespace

std::unique_ptr<Database> open_sqlite(std::string path, const Settings& settings) {
  return std::make_unique<Sqlite>(std::move(path), settings.timeout);
}

}  // namespace storage
