// What happens when the database doesn't do what it should.
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/sdk/problem.h"
#include "tests/unit/services/databases.h"

namespace storage::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kMarks = "CREATE TABLE marks (id {id}, name TEXT NOT NULL)";

int status_of(const std::function<void()>& call) {
  try {
    call();
    return 200;
  } catch (const svc::Problem& problem) {
    return problem.status();
  }
}

TEST(SqliteTrouble, AWriteWaitsForAnotherProgramsAndGivesUp) {
  const svc::testing::TempDir dir;
  Worker worker;
  const auto database = open({.url = "sqlite:" + dir.file("a.db"), .timeout = 100ms});
  database->migrate("marks", {&kMarks, 1});
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(dir.file("a.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  worker.run([&] {
    const auto write = [&] { database->run("INSERT INTO marks (name) VALUES ('a')"); };
    EXPECT_EQ(status_of(write), 503);
    EXPECT_EQ(database->run("SELECT id FROM marks").size(), 0u) << "readers are never locked out";
    sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
    EXPECT_EQ(status_of(write), 200);
  });
  sqlite3_close(other);
}

TEST(SqliteTrouble, AFolderThatCantBeMadeIsToldAtOnce) {
  try {
    open({.url = "sqlite:/proc/nowhere/a.db"});
    ADD_FAILURE() << "opened";
  } catch (const std::runtime_error& failure) {
    EXPECT_TRUE(std::string(failure.what()).starts_with("database: mkdir /proc/nowhere: "))
        << failure.what();
  }
}

TEST(SqliteTrouble, OnlyTheServiceReadsTheFile) {
  const svc::testing::TempDir dir;
  open({.url = "sqlite:" + dir.file("a.db")});
  EXPECT_EQ(std::filesystem::status(dir.file("a.db")).permissions(), std::filesystem::perms(0600));
}

TEST(PostgresTrouble, ARestartCostsNoStatement) {
  svc::testing::PostgresServer server;
  Worker worker;
  const auto database = open({.url = server.make_database()});
  database->migrate("marks", {&kMarks, 1});
  const auto write = [&] {
    return status_of([&] { database->run("INSERT INTO marks (name) VALUES ('a')"); });
  };
  worker.run([&] { EXPECT_EQ(write(), 200); });
  server.stop();
  worker.run([&] { EXPECT_EQ(write(), 503); });
  server.start();
  worker.run([&] { EXPECT_EQ(write(), 200); });
  server.stop();
  server.start();
  worker.run([&] {
    EXPECT_EQ(write(), 200) << "a connection that the server closed must be noticed before use";
    EXPECT_EQ(database->run("SELECT id FROM marks").size(), 3u);
  });
}

TEST(PostgresTrouble, AStatementEndsAtItsDeadline) {
  Worker worker;
  const auto database = open({.url = postgres_server().make_database(), .timeout = 300ms});
  worker.run([&] {
    EXPECT_EQ(status_of([&] { database->run("SELECT pg_sleep(60)"); }), 503);
    EXPECT_EQ(database->run("SELECT 7").at(0).integer(0), 7);
  });
}

TEST(PostgresTrouble, MoreFibersThanConnectionsWaitTheirTurn) {
  Worker worker;
  const auto database = open({.url = postgres_server().make_database(), .connections_max = 2});
  std::vector<std::function<void()>> bodies;
  int most = 0;
  for (int i = 0; i < 20; ++i) {
    bodies.push_back([&] {
      const auto rows =
          database->run("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()");
      most = std::max(most, static_cast<int>(rows.at(0).integer(0)));
    });
  }
  worker.run_all(std::move(bodies));
  EXPECT_LE(most, 2);
}

TEST(PostgresTrouble, ACancelledStatementLeavesNoHalfAnswerBehind) {
  Worker worker;
  const auto database = open({.url = postgres_server().make_database(), .connections_max = 1});
  svc::Fiber* waiting = nullptr;
  bool unwound = false;
  ASSERT_TRUE(worker.fibers().spawn([&] {
    waiting = svc::Fiber::current();
    try {
      database->run("SELECT pg_sleep(60)");
    } catch (const svc::Cancelled&) {
      unwound = true;
    }
  }));
  const auto until = svc::testing::Clock::now() + svc::testing::kDeadline;
  while (waiting == nullptr && svc::testing::Clock::now() < until)
    ASSERT_TRUE(worker.loop().turn(10ms));
  ASSERT_NE(waiting, nullptr);
  waiting->cancel(svc::CancelReason::client_gone);
  while (!unwound && svc::testing::Clock::now() < until) ASSERT_TRUE(worker.loop().turn(10ms));
  EXPECT_TRUE(unwound);
  worker.run([&] { EXPECT_EQ(database->run("SELECT 7").at(0).integer(0), 7); });
}

TEST(PostgresTrouble, AServerThatSaysNothingIsGivenUp) {
  // A listener that nobody accepts from: connecting works, an answer never comes.
  const svc::testing::TempDir dir;
  const int silent = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  dir.file(".s.PGSQL.5432").copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(silent, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(silent, 8), 0);
  Worker worker;
  const auto database = open({.url = "postgres://svc@/x?host=" + dir.path(), .timeout = 100ms});
  worker.run([&] { EXPECT_EQ(status_of([&] { database->run("SELECT 1"); }), 503); });
  try {
    database->migrate("marks", {&kMarks, 1});  // As at boot: without a fiber.
    ADD_FAILURE() << "migrated";
  } catch (const Unavailable& why) {
    EXPECT_STREQ(why.what(), "database: no answer in time");
  }
  ::close(silent);
}

}  // namespace
}  // namespace storage::testing
