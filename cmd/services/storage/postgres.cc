#include "cmd/services/storage/postgres.h"

#include <utility>
#include <vector>

#include "cmd/services/storage/postgres_connection.h"
#include "core/base/clock.h"
#include "core/loop/fiber.h"
#include "core/loop/fiber_mutex.h"
#include "core/loop/offload.h"

namespace storage {
namespace {

constexpr std::string_view kPostgresId = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";

// Released whatever way a statement is left, cancelled ones too.
class Permit {
 public:
  Permit(svc::FiberSemaphore& free, svc::Instant until) : free_(free) {
    if (free_.acquire(until) != svc::Wake::resumed)
      throw_unavailable("all connections of this worker are in use");
  }
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;
  ~Permit() { free_.release(); }

 private:
  svc::FiberSemaphore& free_;
};

// Threads: the loop's; calls from pool threads are passed to it.
class Postgres final : public Database {
 public:
  explicit Postgres(const Settings& settings)
      : settings_(settings), free_(settings.connections_max) {}

  void migrate(std::string_view component, std::span<const std::string_view> steps) override;

 private:
  Rows execute(Sql sql, std::span<const Parameter> parameters) override;
  Rows execute_here(Sql sql, std::span<const Parameter> parameters);
  std::unique_ptr<PostgresConnection> take(svc::Instant until);
  svc::Instant deadline() const { return svc::Clock::steady().now() + settings_.timeout; }

  const Settings settings_;
  svc::FiberSemaphore free_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_;  // The last one used goes first.
};

// One that the server has closed meanwhile (a restart) is found out before anything is sent on it:
// what was sent and not answered can't be tried again.
std::unique_ptr<PostgresConnection> Postgres::take(svc::Instant until) {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->is_alive()) return connection;
  }
  return std::make_unique<PostgresConnection>(settings_.url, settings_.timeout, until);
}

Rows Postgres::execute_here(Sql sql, std::span<const Parameter> parameters) {
  const svc::Instant until = deadline();
  std::optional<Permit> permit;
  if (svc::Fiber::current() != nullptr) permit.emplace(free_, until);
  auto connection = take(until);  // Not given back after a failure: half an answer may be left.
  Rows rows = connection->run(sql, parameters, until);
  idle_.push_back(std::move(connection));
  return rows;
}

Rows Postgres::execute(Sql sql, std::span<const Parameter> parameters) {
  if (!svc::OffloadPool::in_pool_thread()) return execute_here(sql, parameters);
  return svc::OffloadPool::on_loop([&] { return execute_here(sql, parameters); });
}

void Postgres::migrate(std::string_view component, std::span<const std::string_view> steps) {
  // Longer than a statement: it waits for the worker that does it now.
  const svc::Instant until = deadline() + settings_.timeout;
  PostgresConnection connection(settings_.url, settings_.timeout, until);
  connection.exec("BEGIN", until);
  // Any number will do, as long as every program that migrates takes the same.
  connection.exec("SELECT pg_advisory_xact_lock(7566947)", until);
  connection.exec(
      "CREATE TABLE IF NOT EXISTS schema_versions (component TEXT PRIMARY KEY, version BIGINT NOT "
      "NULL)",
      until);
  const Parameter name{std::string(component)};
  const Rows found =
      connection.run("SELECT version FROM schema_versions WHERE component = $1", {&name, 1}, until);
  const int64_t version = found.empty() ? 0 : found.front().integer(0);
  check_version(component, version, steps.size());
  for (size_t i = static_cast<size_t>(version); i < steps.size(); ++i)
    connection.exec(migration_step(steps[i], kPostgresId), until);
  const std::array<Parameter, 2> row{name, static_cast<int64_t>(steps.size())};
  connection.run(
      "INSERT INTO schema_versions (component, version) VALUES ($1, $2) ON CONFLICT (component) DO "
      "UPDATE SET version = excluded.version",
      row, until);
  connection.exec("COMMIT", until);
}

}  // namespace

std::unique_ptr<Database> open_postgres(const Settings& settings) {
  return std::make_unique<Postgres>(settings);
}

}  // namespace storage
