// tasks.cc — the service that keeps everybody's tasks; who somebody is it asks the service users.
//
//   POST   /tasks                 {"title":"…"}      201
//   GET    /tasks/{username}      ?status=&limit=&after=
//   GET    /tasks/{username}/{id}
//   PATCH  /tasks/{username}/{id} {"status":"done"}
//   DELETE /tasks/{username}/{id}                    204
//
// Each takes `Authorization: Bearer TOKEN`, from users' POST /login: 401 without, 403 for the tasks
// of somebody else, 503 while users can't be asked.
#include <svc/svc.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cmd/services/tasks/caller.h"
#include "cmd/services/tasks/task_table.h"

namespace tasks {
namespace {

// [service.tasks.options]
struct Settings {
  std::string database;  // "sqlite:/path" or "postgres://user@host/name"
  svc::Default<svc::Int<1, 64>, 8> connections;

  void check(svc::Issues& issues) const {
    if (const auto mistake = storage::url_mistake(database); !mistake.empty())
      issues.add("database", std::string(mistake));
  }
};

struct Health {
  std::string status;
};
using Id = svc::Int<1, INT64_MAX>;

struct Service {
  explicit Service(const Settings& settings)
      : database(
            storage::open({.url = settings.database,
                           .connections_max = static_cast<size_t>(settings.connections.value())})),
        table(*database) {}

  std::unique_ptr<storage::Database> database;
  TaskTable table;
};

// Whether there is such a user is no business of others: they are told the same in either case.
void only_own(const Caller& caller, const std::string& username) {
  if (caller.username != username) throw svc::Problem(403, "these are not your tasks");
}

void routes(svc::App& app) {
  const auto service = std::make_shared<Service>(app.options().as<Settings>());
  TaskTable& table = service->table;
  app.on_start([service] { TaskTable::migrate(*service->database); });
  declare_users(app);

  app.post("/tasks", [&table](Caller caller, NewTask in) {
    Task task = table.add(caller.username, in);
    std::string place =
        "/tasks/" + svc::percent_encode(task.username) + "/" + std::to_string(task.id);
    return svc::Created(std::move(task), std::move(place));
  });
  app.get("/tasks/{username}",
          [&table](Caller caller, std::string username, svc::Query<Page> page) {
            only_own(caller, username);
            return table.list(username, *page);
          });
  app.get("/tasks/{username}/{id}", [&table](Caller caller, std::string username, Id id) {
    only_own(caller, username);
    return table.find(username, id);
  });
  app.patch("/tasks/{username}/{id}",
            [&table](Caller caller, std::string username, Id id, Change change) {
              only_own(caller, username);
              return table.change(username, id, change);
            });
  app.del("/tasks/{username}/{id}", [&table](Caller caller, std::string username, Id id) {
    only_own(caller, username);
    if (!table.remove(username, id)) throw svc::Problem(404, "there is no such task");
  });
  app.get("/health", [service] {
    if (svc::stopping()) throw svc::Problem(503, "stopping");
    service->database->run("SELECT 1");
    return Health{"ok"};
  });
}

}  // namespace
}  // namespace tasks

SVC_SERVICE(tasks, tasks::routes)
