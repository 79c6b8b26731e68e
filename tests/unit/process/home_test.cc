#include "core/process/home.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace svc {
namespace {

namespace fs = std::filesystem;

class HomeTest : public ::testing::Test {
 protected:
  Config config() {
    Config made;
    made.master.name = "shop";
    made.master.runtime_dir = dir_.file("run");
    made.file = dir_.file("shop.toml");
    return made;
  }
  std::string run(const std::string& name) { return dir_.file("run/" + name); }
  testing::TempDir dir_;
};

TEST_F(HomeTest, IsFoundWhileTheMasterLivesAndGoneAfterwards) {
  {
    const auto home = Home::move_in(config());
    ASSERT_TRUE(home) << home.error().text;
    EXPECT_EQ(home->paths().pid, run("shop/pid"));
    EXPECT_TRUE(fs::exists(run("shop/pid")));
    const auto pointer = read_pointer({dir_.file("run")}, dir_.file("shop.toml"));
    ASSERT_TRUE(pointer && *pointer);
    EXPECT_EQ((*pointer)->control, run("shop/control"));
  }
  EXPECT_TRUE(fs::is_empty(dir_.file("run")));
}

TEST_F(HomeTest, IsNotSharedAndTheLoserTakesNothingAway) {
  const auto first = Home::move_in(config());
  EXPECT_FALSE(Home::move_in(config()));
  EXPECT_TRUE(fs::exists(run("shop/pid")));
  EXPECT_TRUE(*read_pointer({dir_.file("run")}, dir_.file("shop.toml")));
}

TEST_F(HomeTest, LeavesRoomForItsSuccessorWhenItMovesOut) {
  auto first = Home::move_in(config());
  ASSERT_TRUE(first);
  dir_.write("run/shop/control", "");
  first->move_out();
  EXPECT_FALSE(fs::exists(run("shop/control")));
  const auto second = Home::move_in(config());
  ASSERT_TRUE(second);
  first->move_out();  // Again: it is not ours any more.
  EXPECT_TRUE(fs::exists(run("shop/pid")));
}

TEST_F(HomeTest, TakesOverWhatAKilledMasterLeft) {
  fs::create_directories(run("shop"));
  ASSERT_EQ(::chmod(dir_.file("run").c_str(), 0755), 0);
  ASSERT_EQ(::chmod(run("shop").c_str(), 0755), 0);
  dir_.write("run/shop/pid", "1\n");
  EXPECT_TRUE(Home::move_in(config()));
}

TEST_F(HomeTest, LeavesALogWhereItIs) {
  {
    const auto home = Home::move_in(config());
    ASSERT_TRUE(home);
    dir_.write("run/shop/log", "a line\n");
  }
  EXPECT_TRUE(fs::exists(run("shop/log")));
  EXPECT_FALSE(fs::exists(run("shop/pid")));
}

TEST_F(HomeTest, RefusesADirectoryThatAnybodyMayWriteTo) {
  fs::create_directories(dir_.file("run"));
  ASSERT_EQ(::chmod(dir_.file("run").c_str(), 0777), 0);
  EXPECT_FALSE(Home::move_in(config()));
}

TEST_F(HomeTest, HasNoPointerWithoutAFile) {
  Config made = config();
  made.file.clear();
  const auto home = Home::move_in(made);
  ASSERT_TRUE(home);
  EXPECT_FALSE(fs::exists(run("by-path")));
}

TEST_F(HomeTest, IsLeftToASuccessorAsItIs) {
  auto former = Home::move_in(config());
  ASSERT_TRUE(former);
  Config elsewhere = config();
  elsewhere.master.name = "other";
  EXPECT_FALSE(Home::inherit(elsewhere, Fd(::dup(former->pid_file()))));
  { ASSERT_TRUE(Home::inherit(config(), Fd(::dup(former->pid_file())))); }
  EXPECT_TRUE(fs::exists(run("shop/pid"))) << "whoever has not taken office takes nothing away";
  {
    auto successor = Home::inherit(config(), Fd(::dup(former->pid_file())));
    ASSERT_TRUE(successor && successor->take_office());
    former->abandon();
    former->move_out();
    EXPECT_TRUE(fs::exists(run("shop/pid")));
    EXPECT_TRUE(*read_pointer({dir_.file("run")}, dir_.file("shop.toml")));
  }
  EXPECT_TRUE(fs::is_empty(dir_.file("run")));
}

}  // namespace
}  // namespace svc
