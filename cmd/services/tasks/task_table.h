// task_table.h — the tasks of everybody, as the database holds them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cmd/services/storage/database.h"
#include "core/sdk/types/constrained.h"

namespace tasks {

enum class Status : uint8_t { open, doing, done };

struct NewTask {
  svc::Text<1, 200> title;
  svc::Default<svc::Text<0, 4000>, ""> description;
  svc::Default<Status, Status::open> status;
};
struct Task {
  int64_t id = 0;
  std::string username;
  std::string title;
  std::string description;
  Status status = Status::open;
  int64_t created = 0;  // Seconds since 1970.
  int64_t updated = 0;
};
// What is left out, or null, stays as it is.
struct Change {
  std::optional<svc::Text<1, 200>> title;
  std::optional<svc::Text<0, 4000>> description;
  std::optional<Status> status;
};
// Which of somebody's tasks, in the order of their ids.
struct Page {
  std::optional<Status> status;
  svc::Default<svc::Int<1, 1000>, 100> limit;
  svc::Default<svc::Int<0, INT64_MAX>, 0> after;  // The last id of the page before.
};

// Threads: the handlers' fibers. Every statement names the owner: a task of somebody else is none.
class TaskTable {
 public:
  explicit TaskTable(storage::Database& database) : database_(database) {}

  static void migrate(storage::Database& database);

  Task add(const std::string& username, const NewTask& task);
  std::vector<Task> list(const std::string& username, const Page& page);
  std::optional<Task> find(const std::string& username, int64_t id);
  std::optional<Task> change(const std::string& username, int64_t id, const Change& change);
  bool remove(const std::string& username, int64_t id);  // False: it wasn't there.

 private:
  storage::Database& database_;
};

}  // namespace tasks
