#include "cmd/services/tasks/task_table.h"

#include <array>
#include <chrono>
#include <stdexcept>

namespace tasks {
namespace {

constexpr std::array<std::string_view, 1> kTaskSteps = {
    "CREATE TABLE tasks (id {id}, username TEXT NOT NULL, title TEXT NOT NULL, description TEXT "
    "NOT "
    "NULL, status TEXT NOT NULL, created BIGINT NOT NULL, updated BIGINT NOT NULL);"
    "CREATE INDEX tasks_by_user ON tasks (username, id)"};

// As they stand in the database: a new one is added at the end.
constexpr std::array<std::string_view, 3> kStatusNames = {"open", "doing", "done"};

std::string name_of(Status status) {
  return std::string(kStatusNames.at(static_cast<size_t>(status)));
}

Status status_of(std::string_view name) {
  for (size_t i = 0; i < kStatusNames.size(); ++i) {
    if (kStatusNames[i] == name) return static_cast<Status>(i);
  }
  throw std::logic_error("tasks: the database holds a status that this program doesn't know");
}

int64_t seconds_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

// id, username, title, description, status, created, updated
Task read_task(const storage::Row& row) {
  return {row.integer(0),         row.text(1),    row.text(2),   row.text(3),
          status_of(row.text(4)), row.integer(5), row.integer(6)};
}

std::optional<Task> first(const storage::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return read_task(rows.front());
}

}  // namespace

void TaskTable::migrate(storage::Database& database) { database.migrate("tasks", kTaskSteps); }

Task TaskTable::add(const std::string& username, const NewTask& task) {
  const Status status = task.status;
  const auto rows = database_.run(
      "INSERT INTO tasks (username, title, description, status, created, updated) VALUES ($1, $2, "
      "$3, $4, $5, $5) RETURNING id, username, title, description, status, created, updated",
      username, task.title, task.description, name_of(status), seconds_now());
  return read_task(rows.at(0));
}

std::vector<Task> TaskTable::list(const std::string& username, const Page& page) {
  std::optional<std::string> status;
  if (page.status) status = name_of(*page.status);
  const auto rows = database_.run(
      "SELECT id, username, title, description, status, created, updated FROM tasks WHERE username "
      "= $1 AND id > $2 AND (CAST($3 AS TEXT) IS NULL OR status = $3) ORDER BY id LIMIT $4",
      username, page.after.value(), storage::parameter_or_null(status), page.limit.value());
  std::vector<Task> found;
  found.reserve(rows.size());
  for (const auto& row : rows) found.push_back(read_task(row));
  return found;
}

std::optional<Task> TaskTable::find(const std::string& username, int64_t id) {
  return first(database_.run(
      "SELECT id, username, title, description, status, created, updated FROM tasks WHERE username "
      "= $1 AND id = $2",
      username, id));
}

std::optional<Task> TaskTable::change(const std::string& username, int64_t id,
                                      const Change& change) {
  std::optional<std::string> status;
  if (change.status) status = name_of(*change.status);
  return first(database_.run(
      "UPDATE tasks SET title = COALESCE($3, title), description = COALESCE($4, description), "
      "status = COALESCE($5, status), updated = $6 WHERE username = $1 AND id = $2 RETURNING id, "
      "username, title, description, status, created, updated",
      username, id, storage::parameter_or_null(change.title),
      storage::parameter_or_null(change.description), storage::parameter_or_null(status),
      seconds_now()));
}

bool TaskTable::remove(const std::string& username, int64_t id) {
  return !database_
              .run("DELETE FROM tasks WHERE username = $1 AND id = $2 RETURNING id", username, id)
              .empty();
}

}  // namespace tasks
