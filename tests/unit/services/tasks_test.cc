// The table of tasks, with each database.
#include "cmd/services/tasks/task_table.h"
#include "tests/unit/services/databases.h"

namespace storage::testing {
namespace {

using namespace tasks;

class Tasks : public EachDatabase {
 protected:
  void SetUp() override {
    database_ = open({.url = url()});
    TaskTable::migrate(*database_);
    table_ = std::make_unique<TaskTable>(*database_);
  }
  Task add(const std::string& username, const std::string& title, Status status = Status::open) {
    NewTask task;
    task.title = title;
    task.status = status;
    return table_->add(username, task);
  }
  std::vector<std::string> titles(const std::string& username, const Page& page = {}) {
    std::vector<std::string> found;
    for (const Task& task : table_->list(username, page)) found.push_back(task.title);
    return found;
  }
  static Page of_status(Status status) {
    Page page;
    page.status = status;
    return page;
  }

  std::unique_ptr<Database> database_;
  std::unique_ptr<TaskTable> table_;
  Worker worker_;
};
INSTANTIATE_TEST_SUITE_P(All, Tasks, each_database(), database_name);

using Titles = std::vector<std::string>;

TEST_P(Tasks, ATaskIsFoundAsItWasAdded) {
  worker_.run([&] {
    NewTask in;
    in.title = "añ ' \" $1";
    in.description = "long";
    in.status = Status::doing;
    const Task added = table_->add("ann", in);
    const auto found = table_->find("ann", added.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->title, in.title);
    EXPECT_EQ(found->description, "long");
    EXPECT_EQ(found->status, Status::doing);
    EXPECT_EQ(found->username, "ann");
    EXPECT_EQ(found->created, added.created);
    EXPECT_GT(found->created, 1'700'000'000);
  });
}

TEST_P(Tasks, EverybodyHasTheirOwn) {
  worker_.run([&] {
    const int64_t id = add("ann", "hers").id;
    add("bob", "his");
    EXPECT_EQ(titles("ann"), Titles{"hers"});
    EXPECT_EQ(titles("bob"), Titles{"his"});
    EXPECT_EQ(titles("eve"), Titles{});
    EXPECT_FALSE(table_->find("bob", id));
    EXPECT_FALSE(table_->change("bob", id, {}));
    EXPECT_FALSE(table_->remove("bob", id));
    EXPECT_TRUE(table_->find("ann", id));
  });
}

TEST_P(Tasks, AListIsFilteredAndComesInPages) {
  worker_.run([&] {
    add("ann", "1");
    const int64_t second = add("ann", "2", Status::done).id;
    add("ann", "3");
    add("ann", "4", Status::done);
    EXPECT_EQ(titles("ann"), (Titles{"1", "2", "3", "4"}));
    EXPECT_EQ(titles("ann", of_status(Status::done)), (Titles{"2", "4"}));
    EXPECT_EQ(titles("ann", of_status(Status::doing)), Titles{});
    Page page;
    page.limit = svc::Int<1, 1000>(2);
    EXPECT_EQ(titles("ann", page), (Titles{"1", "2"}));
    page.after = svc::Int<0, INT64_MAX>(second);
    EXPECT_EQ(titles("ann", page), (Titles{"3", "4"}));
  });
}

TEST_P(Tasks, AChangeLeavesWhatItDoesntName) {
  worker_.run([&] {
    const int64_t id = add("ann", "old").id;
    Change change;
    change.status = Status::done;
    const auto done = table_->change("ann", id, change);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->title, "old");
    EXPECT_EQ(done->status, Status::done);
    change = {};
    change.title.emplace("new");
    change.description.emplace("");
    const auto renamed = table_->change("ann", id, change);
    EXPECT_EQ(renamed->title, "new");
    EXPECT_EQ(renamed->status, Status::done);
    EXPECT_FALSE(table_->change("ann", id + 1, change));
  });
}

TEST_P(Tasks, WhatIsRemovedIsGone) {
  worker_.run([&] {
    const int64_t id = add("ann", "x").id;
    EXPECT_TRUE(table_->remove("ann", id));
    EXPECT_FALSE(table_->remove("ann", id));
    EXPECT_FALSE(table_->find("ann", id));
    EXPECT_GT(add("ann", "y").id, id) << "an id that somebody may remember means nothing else";
  });
}

}  // namespace
}  // namespace storage::testing
