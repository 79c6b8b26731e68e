// What every database must do, with each of them.
#include <atomic>
#include <stdexcept>
#include <thread>

#include "core/sdk/problem.h"
#include "tests/unit/services/databases.h"

namespace storage::testing {
namespace {

constexpr std::string_view kFirst =
    "CREATE TABLE things (id {id}, name TEXT NOT NULL UNIQUE, weight BIGINT)";
constexpr std::string_view kSecond = "ALTER TABLE things ADD COLUMN colour TEXT";

class Storage : public EachDatabase {
 protected:
  std::unique_ptr<Database> open_migrated() {
    auto database = open({.url = url()});
    database->migrate("things", {&kFirst, 1});
    return database;
  }
  static int64_t count(Database& database) {
    return database.run("SELECT COUNT(*) FROM things").at(0).integer(0);
  }
  Worker worker_;
};
INSTANTIATE_TEST_SUITE_P(All, Storage, each_database(), database_name);

TEST_P(Storage, ValuesComeBackAsTheyWere) {
  const auto database = open_migrated();
  worker_.run([&] {
    for (const std::string name : {"'; DROP TABLE things; --", "añ☃\"\\%_$1?", " ", ""}) {
      const auto rows = database->run(
          "INSERT INTO things (name, weight) VALUES ($1, $2) RETURNING id, name, weight", name,
          INT64_MIN);
      ASSERT_EQ(rows.size(), 1u);
      EXPECT_EQ(rows[0].text(1), name);
      EXPECT_EQ(rows[0].integer(2), INT64_MIN);
    }
    EXPECT_EQ(count(*database), 4);
  });
}

TEST_P(Storage, NullIsNeitherEmptyNorZero) {
  const auto database = open_migrated();
  worker_.run([&] {
    const auto rows = database->run(
        "INSERT INTO things (name, weight) VALUES ('a', $1) RETURNING weight", nullptr);
    EXPECT_EQ(rows.at(0).nullable(0), std::nullopt);
    EXPECT_THROW((void)rows.at(0).integer(0), std::logic_error);
    EXPECT_EQ(database->run("SELECT id FROM things WHERE weight = $1", 0).size(), 0u);
  });
}

TEST_P(Storage, IdsCountUpAndAreNeverUsedAgain) {
  const auto database = open_migrated();
  worker_.run([&] {
    const auto add = [&](std::string name) {
      return database->run("INSERT INTO things (name) VALUES ($1) RETURNING id", name)[0].integer(
          0);
    };
    EXPECT_EQ(add("a"), 1);
    EXPECT_EQ(add("b"), 2);
    database->run("DELETE FROM things WHERE name = 'b'");
    EXPECT_EQ(add("c"), 3);
  });
}

TEST_P(Storage, AConflictIsNoRowWhereTheStatementSaysSo) {
  const auto database = open_migrated();
  worker_.run([&] {
    for (const size_t rows : {1u, 0u}) {
      EXPECT_EQ(database
                    ->run("INSERT INTO things (name) VALUES ($1) ON CONFLICT (name) DO NOTHING "
                          "RETURNING id",
                          "same")
                    .size(),
                rows);
    }
    EXPECT_THROW(database->run("INSERT INTO things (name) VALUES ($1)", "same"),
                 std::runtime_error);
    EXPECT_EQ(count(*database), 1) << "a failed statement must not spoil the next one";
  });
}

TEST_P(Storage, AWrongStatementIsAnErrorAndNothingElse) {
  const auto database = open_migrated();
  worker_.run([&] {
    EXPECT_THROW(database->run("SELECT nothing FROM nowhere"), std::runtime_error);
    EXPECT_EQ(count(*database), 0);
  });
}

TEST_P(Storage, NulIsRefusedBeforeItIsCutOff) {
  const auto database = open_migrated();
  worker_.run([&] {
    try {
      database->run("INSERT INTO things (name) VALUES ($1)", std::string("a\0b", 3));
      ADD_FAILURE() << "accepted";
    } catch (const svc::Problem& problem) {
      EXPECT_EQ(problem.status(), 422);
    }
  });
}

TEST_P(Storage, ManyFibersUseItAtOnce) {
  const auto database = open_migrated();
  std::vector<std::function<void()>> bodies;
  for (int i = 0; i < 60; ++i) {
    bodies.push_back([&, i] {
      database->run("INSERT INTO things (name, weight) VALUES ($1, $2)", std::to_string(i), i);
      const auto rows =
          database->run("SELECT weight FROM things WHERE name = $1", std::to_string(i));
      EXPECT_EQ(rows.at(0).integer(0), i);
    });
  }
  worker_.run_all(std::move(bodies));
  worker_.run([&] { EXPECT_EQ(count(*database), 60); });
}

TEST_P(Storage, ProgramsThatBootAtOnceMigrateOnce) {
  url();  // Made before the threads ask.
  std::atomic<int> failures{0};
  std::vector<std::thread> programs;
  for (int i = 0; i < 6; ++i) {
    programs.emplace_back([&] {
      try {
        open_migrated();
      } catch (const std::exception& failure) {
        ADD_FAILURE() << failure.what();
        ++failures;
      }
    });
  }
  for (auto& program : programs) program.join();
  EXPECT_EQ(failures, 0);
}

TEST_P(Storage, MigrationsGoOnFromWhatIsThere) {
  auto database = open_migrated();
  worker_.run([&] { database->run("INSERT INTO things (name) VALUES ('old')"); });
  database = open({.url = url()});
  const std::array steps = {kFirst, kSecond};
  database->migrate("things", steps);
  database->migrate("things", steps);
  worker_.run([&] {
    EXPECT_EQ(database->run("SELECT name, colour FROM things").at(0).nullable(1), std::nullopt);
  });
}

TEST_P(Storage, AFailedMigrationLeavesNothing) {
  const auto database = open({.url = url()});
  const std::array<std::string_view, 2> wrong = {kFirst, "ALTER TABLE nothing ADD COLUMN x TEXT"};
  EXPECT_THROW(database->migrate("things", wrong), std::runtime_error);
  const std::array steps = {kFirst, kSecond};
  database->migrate("things", steps);
  worker_.run([&] { EXPECT_EQ(count(*database), 0); });
}

TEST_P(Storage, TablesOfANewerProgramAreRefused) {
  const auto database = open({.url = url()});
  const std::array steps = {kFirst, kSecond};
  database->migrate("things", steps);
  try {
    database->migrate("things", {&kFirst, 1});
    ADD_FAILURE() << "accepted";
  } catch (const std::runtime_error& refused) {
    EXPECT_STREQ(refused.what(),
                 "database: the tables of things have version 2, this program knows up to 1: it is "
                 "older than what ran here before; install that, or restore a backup");
  }
}

TEST(StorageUrl, OfNoKnownDatabaseIsRefused) {
  for (const auto* url : {"", "sqlite:", "mysql://x", "/var/lib/x.db", "Postgres://x"})
    EXPECT_THROW(open({.url = url}), std::runtime_error) << url;
}

}  // namespace
}  // namespace storage::testing
