// The task manager as its users see it: two services of one svcd, with each database; workers that
// are killed, a service that is down.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/postgres.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr auto kJson = "Content-Type: application/json\r\n";

std::string users_service(const std::string& socket, const std::string& database, int workers) {
  return fmt::format(
      "[service.users]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\", \"unix:{}\"]\nworkers = {}\n"
      "backoff_initial = \"50ms\"\n"
      "[service.users.options]\ndatabase = \"{}\"\nargon2_memory_kib = 8\nargon2_passes = 1\n",
      module_path("users"), socket, workers, database);
}

std::string tasks_service(const std::string& socket, const std::string& database, int workers) {
  return fmt::format(
      "[service.tasks]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\nworkers = {}\n"
      "backoff_initial = \"50ms\"\n"
      "[service.tasks.options]\ndatabase = \"{}\"\n"
      "[service.tasks.upstreams.users]\nurls = [\"unix:{}\"]\nbreaker_open = \"100ms\"\n"
      "breaker_open_max = \"200ms\"\n",
      module_path("tasks"), workers, database, socket);
}

class TaskManager : public ::testing::TestWithParam<const char*> {
 protected:
  TaskManager() {
    if (GetParam() == std::string("postgres")) postgres_ = std::make_unique<PostgresServer>();
  }
  // One for both services: their tables don't meet.
  std::string database() {
    if (database_.empty())
      database_ = postgres_ ? postgres_->make_database() : "sqlite:" + dir_.file("tasks.db");
    return database_;
  }
  std::string socket() const { return dir_.file("users.sock"); }

  static Answer ask(const std::string& address, std::string_view method, std::string_view target,
                    std::string_view token = {}, std::string_view body = {}) {
    std::string headers = body.empty() ? "" : kJson;
    if (!token.empty()) headers += fmt::format("Authorization: Bearer {}\r\n", token);
    return fetch(address, method, target, headers, body).value_or(Answer{});
  }
  // Registered and logged in; the token.
  static std::string enter(const std::string& users, std::string_view name) {
    const auto credentials = fmt::format(R"({{"username":"{}","password":"secret"}})", name);
    EXPECT_EQ(ask(users, "POST", "/register", "", credentials).status, 201);
    const Answer answer = ask(users, "POST", "/login", "", credentials);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json_text(answer.body, "/token").value_or("");
  }

  TempDir dir_;
  std::unique_ptr<PostgresServer> postgres_;

 private:
  std::string database_;
};
INSTANTIATE_TEST_SUITE_P(All, TaskManager, ::testing::Values("sqlite", "postgres"),
                         [](const auto& of) { return std::string(of.param); });

TEST_P(TaskManager, KeepsEverybodysTasks) {
  Svcd svcd(users_service(socket(), database(), 2) + tasks_service(socket(), database(), 2));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string users = svcd.address("users"), tasks = svcd.address("tasks");
  const std::string ann = enter(users, "ann"), bob = enter(users, "bob");

  const Answer added = ask(tasks, "POST", "/tasks", ann, R"({"title":"write"})");
  EXPECT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(json_text(added.body, "/username"), "ann");
  EXPECT_EQ(json_text(added.body, "/status"), "open");
  const std::string place = added.header("Location");
  EXPECT_EQ(place, "/tasks/ann/1");

  EXPECT_EQ(ask(tasks, "GET", place, ann).status, 200);
  const Answer changed = ask(tasks, "PATCH", place, ann, R"({"status":"done"})");
  EXPECT_EQ(json_text(changed.body, "/status"), "done") << changed.body;
  EXPECT_EQ(json_text(changed.body, "/title"), "write");
  EXPECT_EQ(json_size(ask(tasks, "GET", "/tasks/ann?status=done", ann).body, ""), 1u);
  EXPECT_EQ(json_size(ask(tasks, "GET", "/tasks/ann?status=open", ann).body, ""), 0u);

  EXPECT_EQ(ask(tasks, "GET", place).status, 401);
  EXPECT_EQ(ask(tasks, "GET", place, "guess").status, 401);
  EXPECT_EQ(ask(tasks, "GET", place, bob).status, 403);
  EXPECT_EQ(ask(tasks, "DELETE", place, bob).status, 403);
  EXPECT_EQ(ask(tasks, "POST", "/tasks", ann, R"({"title":""})").status, 422);
  EXPECT_EQ(ask(tasks, "GET", "/tasks/ann/2", ann).status, 404);

  EXPECT_EQ(ask(tasks, "DELETE", place, ann).status, 204);
  EXPECT_EQ(ask(tasks, "DELETE", place, ann).status, 404);
  EXPECT_EQ(ask(users, "DELETE", "/session", ann).status, 204);
  EXPECT_EQ(ask(tasks, "GET", "/tasks/ann", ann).status, 401) << "logged out";
  EXPECT_TRUE(svcd.stop());
}

TEST_P(TaskManager, GuessingIsBoundedOverAllWorkers) {
  Svcd svcd(users_service(socket(), database(), 3));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string users = svcd.address("users");
  enter(users, "ann");  // One of ann's ten logins in five minutes.
  constexpr auto kGuess = R"({"username":"ann","password":"guess"})";
  for (int i = 0; i < 9; ++i) EXPECT_EQ(ask(users, "POST", "/login", "", kGuess).status, 401) << i;
  const Answer refused = ask(users, "POST", "/login", "", kGuess);
  EXPECT_EQ(refused.status, 429) << refused.body;
  EXPECT_FALSE(refused.header("Retry-After").empty());
  enter(users, "bob");
}

TEST_P(TaskManager, UsersThatAreDownCost503AndNoTime) {
  Svcd users(users_service(socket(), database(), 1));
  ASSERT_TRUE(users.start()) << users.ready_text();
  Svcd tasks(tasks_service(socket(), database(), 1));
  ASSERT_TRUE(tasks.start()) << tasks.ready_text();
  const std::string address = tasks.address("tasks");
  const std::string token = enter(users.address("users"), "ann");
  ASSERT_EQ(ask(address, "GET", "/tasks/ann", token).status, 200);

  ASSERT_TRUE(users.stop());
  auto slowest = Clock::duration::zero();
  for (int i = 0; i < 20; ++i) {
    const auto began = Clock::now();
    const Answer answer = ask(address, "GET", "/tasks/ann", token);
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_FALSE(answer.header("Retry-After").empty());
    slowest = std::max(slowest, Clock::now() - began);
  }
  EXPECT_LT(slowest, 1s);
  EXPECT_EQ(ask(address, "GET", "/health").status, 200) << "tasks itself is well";

  ASSERT_TRUE(users.start()) << users.ready_text();
  EXPECT_TRUE(eventually([&] { return ask(address, "GET", "/tasks/ann", token).status == 200; }));
}

TEST_P(TaskManager, UsersThatHangAreGivenUpInTime) {
  Svcd users(users_service(socket(), database(), 1));
  ASSERT_TRUE(users.start()) << users.ready_text();
  Svcd tasks(tasks_service(socket(), database(), 1));
  ASSERT_TRUE(tasks.start()) << tasks.ready_text();
  const std::string address = tasks.address("tasks");
  const std::string token = enter(users.address("users"), "ann");

  const pid_t worker = users.workers("users").at(0);
  users.process().signal(SIGSTOP);  // Its master would replace the worker otherwise.
  ::kill(worker, SIGSTOP);
  const auto began = Clock::now();
  EXPECT_EQ(ask(address, "GET", "/tasks/ann", token).status, 503);
  EXPECT_LT(Clock::now() - began, 5s);
  ::kill(worker, SIGCONT);
  users.process().signal(SIGCONT);
  EXPECT_TRUE(eventually([&] { return ask(address, "GET", "/tasks/ann", token).status == 200; }));
}

// Adds tasks as fast as it can until told to stop, and remembers those that were acknowledged.
class Writer {
 public:
  Writer(std::string address, std::string token)
      : address_(std::move(address)), token_(std::move(token)), thread_([this] { write(); }) {}
  std::set<int64_t> stop() {
    stopping_ = true;
    thread_.join();
    return std::move(acknowledged_);
  }
  size_t count() const noexcept { return count_; }

 private:
  void write() {
    const auto headers = fmt::format("{}Authorization: Bearer {}\r\n", kJson, token_);
    while (!stopping_) {
      const auto answer = fetch(address_, "POST", "/tasks", headers, R"({"title":"kept"})");
      if (!answer || answer->status != 201 || !answer->complete) continue;
      acknowledged_.insert(json_number(answer->body, "/id").value_or(-1));
      ++count_;
    }
  }
  std::string address_;
  std::string token_;
  std::set<int64_t> acknowledged_;
  std::atomic<size_t> count_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

std::set<int64_t> ids_of(const std::string& address, const std::string& token) {
  std::set<int64_t> found;
  while (true) {
    const int64_t after = found.empty() ? 0 : *found.rbegin();
    const auto page = fetch(address, "GET", fmt::format("/tasks/ann?limit=1000&after={}", after),
                            fmt::format("Authorization: Bearer {}\r\n", token), "");
    const size_t size = page ? json_size(page->body, "") : 0;
    for (size_t i = 0; i < size; ++i)
      found.insert(json_number(page->body, fmt::format("/{}/id", i)).value_or(-1));
    if (size < 1000) return found;
  }
}

TEST_P(TaskManager, KilledWorkersLoseNoAcknowledgedTask) {
  Svcd svcd(users_service(socket(), database(), 2) + tasks_service(socket(), database(), 3));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string token = enter(svcd.address("users"), "ann");
  const std::string address = svcd.address("tasks");

  std::vector<std::unique_ptr<Writer>> writers;
  for (int i = 0; i < 4; ++i) writers.push_back(std::make_unique<Writer>(address, token));
  const auto written = [&] {
    size_t all = 0;
    for (const auto& writer : writers) all += writer->count();
    return all;
  };
  for (int round = 0; round < 8; ++round) {
    const size_t before = written();
    ASSERT_TRUE(eventually([&] { return written() >= before + 20; })) << "round " << round;
    const char* service = round % 4 == 3 ? "users" : "tasks";
    const auto workers = svcd.workers(service);
    ASSERT_FALSE(workers.empty());
    ::kill(workers[static_cast<size_t>(round) % workers.size()], SIGKILL);
  }
  std::set<int64_t> acknowledged;
  for (auto& writer : writers) acknowledged.merge(writer->stop());
  ASSERT_TRUE(svcd.wait_ready("tasks", 3));
  ASSERT_TRUE(svcd.wait_ready("users", 2));
  EXPECT_GE(acknowledged.size(), 160u);
  EXPECT_FALSE(acknowledged.contains(-1));

  const std::set<int64_t> kept = ids_of(address, token);
  std::vector<int64_t> lost;
  std::ranges::set_difference(acknowledged, kept, std::back_inserter(lost));
  EXPECT_TRUE(lost.empty()) << lost.size() << " of " << acknowledged.size() << ", the first "
                            << (lost.empty() ? 0 : lost.front());
}

}  // namespace
}  // namespace svc::testing
