#include "cmd/svcctl/watch_tree.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <string>

#include "cmd/svcctl/project_folder.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

class WatchTreeTest : public ::testing::Test {
 protected:
  WatchTreeTest() : tree_(std::move(*WatchTree::create(is_foreign_folder))) { folder("src"); }
  void folder(const std::string& name) { ::mkdir(dir_.file(name).c_str(), 0755); }
  bool told(const std::string& name) {
    return testing::eventually([&] {
      tree_.read([&](const std::string& path) { told_.insert(path); });
      return told_.contains(dir_.file(name));
    });
  }

  testing::TempDir dir_;
  WatchTree tree_;
  std::set<std::string> told_;
};

TEST_F(WatchTreeTest, TellsWhatIsWrittenMovedAndRemovedBelow) {
  ASSERT_TRUE(tree_.add(dir_.path(), true));
  dir_.write("src/a.cc", "1");
  EXPECT_TRUE(told("src/a.cc"));
  ::rename(dir_.file("src/a.cc").c_str(), dir_.file("src/b.cc").c_str());
  EXPECT_TRUE(told("src/b.cc"));
  told_.clear();
  ::unlink(dir_.file("src/b.cc").c_str());
  EXPECT_TRUE(told("src/b.cc"));
}

TEST_F(WatchTreeTest, WatchesFoldersThatAppear) {
  ASSERT_TRUE(tree_.add(dir_.path(), true));
  folder("src/new");
  folder("src/new/deep");
  dir_.write("src/new/deep/early.cc", "1");  // Perhaps before anybody watches.
  EXPECT_TRUE(told("src/new/deep/early.cc"));
  dir_.write("src/new/deep/late.cc", "1");
  EXPECT_TRUE(told("src/new/deep/late.cc"));
}

TEST_F(WatchTreeTest, LooksIntoNothingThatIsSkipped) {
  folder(".git");
  folder("build");
  dir_.write("build/CMakeCache.txt", "");
  ASSERT_TRUE(tree_.add(dir_.path(), true));
  dir_.write(".git/x.cc", "");
  dir_.write("build/x.cc", "");
  dir_.write("src/x.cc", "");
  EXPECT_TRUE(told("src/x.cc"));
  EXPECT_FALSE(told_.contains(dir_.file("build/x.cc")));
  EXPECT_FALSE(told_.contains(dir_.file(".git/x.cc")));
}

TEST_F(WatchTreeTest, WatchesOneFolderAlone) {
  ASSERT_TRUE(tree_.add(dir_.path(), false));
  dir_.write("src/x.cc", "");
  dir_.write("module.so", "");
  EXPECT_TRUE(told("module.so"));
  EXPECT_FALSE(told_.contains(dir_.file("src/x.cc")));
  EXPECT_FALSE(tree_.add(dir_.file("none"), false));
}

}  // namespace
}  // namespace svc
