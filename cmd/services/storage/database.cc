#include "cmd/services/storage/database.h"

#include <fmt/core.h>

#include <stdexcept>

#include "cmd/services/storage/postgres.h"
#include "cmd/services/storage/sqlite.h"
#include "core/base/log.h"

namespace storage {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

void refuse_nul(std::span<const Parameter> parameters) {
  for (const Parameter& parameter : parameters) {
    const auto* text = std::get_if<std::string>(&parameter);
    if (text != nullptr && text->find('\0') != std::string::npos)
      throw svc::Problem(422, "a text must not contain the character NUL (U+0000)");
  }
}

}  // namespace

Rows Database::run_all(Sql sql, std::span<const Parameter> parameters) {
  refuse_nul(parameters);
  return execute(sql, parameters);
}

std::string_view url_mistake(std::string_view url) noexcept {
  const bool sqlite = url.starts_with(kSqlite) && url.size() > kSqlite.size();
  const bool postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
  if (sqlite || postgres) return {};
  return R"(must be "sqlite:/path/to/file" or "postgres://user@host/name")";
}

std::unique_ptr<Database> open(const Settings& settings) {
  const std::string_view url = settings.url;
  if (const auto mistake = url_mistake(url); !mistake.empty())
    throw std::runtime_error("database: " + std::string(mistake));
  if (!url.starts_with(kSqlite)) return open_postgres(settings);
  return open_sqlite(std::string(url.substr(kSqlite.size())), settings);
}

Unavailable::Unavailable(std::string_view why)
    : Problem(503, "the database is not available"), why_("database: " + std::string(why)) {
  header("Retry-After", "1");
}

std::string migration_step(std::string_view step, std::string_view id_column) {
  constexpr std::string_view kMark = "{id}";
  std::string out(step);
  for (size_t at = out.find(kMark); at != out.npos; at = out.find(kMark, at + id_column.size()))
    out.replace(at, kMark.size(), id_column);
  return out;
}

void check_version(std::string_view component, int64_t version, size_t known) {
  if (version >= 0 && static_cast<size_t>(version) <= known) return;
  throw std::runtime_error(
      fmt::format("database: the tables of {} have version {}, this program knows up to {}: it is "
                  "older than what ran here before; install that, or restore a backup",
                  component, version, known));
}

void throw_unavailable(std::string_view why) {
  svc::log::error("database: {}", why);
  throw Unavailable(why);
}

}  // namespace storage
