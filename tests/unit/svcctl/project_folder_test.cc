#include "cmd/svcctl/project_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace svc {
namespace {

class FindProject : public ::testing::Test {
 protected:
  FindProject() {
    folder("config");
    dir_.write("CMakeLists.txt", "# x\nproject(orders CXX)\n");
    dir_.write("config/CMakeLists.txt", "add_library(x)\n");
    config_ = dir_.write("config/development.toml", "");
  }
  void folder(const std::string& name) { ::mkdir(dir_.file(name).c_str(), 0755); }
  std::string command() const { return find_project(config_, "").build_command; }

  testing::TempDir dir_;
  std::string config_;
};

TEST_F(FindProject, IsWhereCMakeListsSaysSo) {
  EXPECT_EQ(find_project(config_, "").root, dir_.path());
  const testing::TempDir other;
  EXPECT_EQ(find_project(other.write("a.toml", ""), "").root, "");
  EXPECT_EQ(find_project(other.file("a.toml"), "").build_command, "");
  EXPECT_EQ(find_project(other.file("a.toml"), "make").root, other.path());
}

TEST_F(FindProject, BuildsTheFolderThatThereIs) {
  EXPECT_EQ(command(), "cmake -S . -B build && cmake --build build");
  folder("build");
  folder("build/debug");
  dir_.write("build/debug/CMakeCache.txt", "");
  EXPECT_EQ(command(), "cmake --build 'build/debug'");
  folder("build/release");
  dir_.write("build/release/CMakeCache.txt", "");
  EXPECT_EQ(command(), "cmake -S . -B build && cmake --build build");
  dir_.write("build/CMakeCache.txt", "");
  EXPECT_EQ(command(), "cmake --build 'build'");
  EXPECT_EQ(find_project(config_, "ninja").build_command, "ninja");
}

TEST(SourceName, IsWhatABuildReads) {
  for (const char* name : {"a.cc", "a.h", "a.b.hpp", "CMakeLists.txt", "x.cmake", "y.in"})
    EXPECT_TRUE(is_source_name(name)) << name;
  for (const char* name :
       {"a.o", "a.cc~", ".a.cc.swp", ".cc", "a.toml", "4913", "a.so", "README.md"})
    EXPECT_FALSE(is_source_name(name)) << name;
}

TEST_F(FindProject, LooksIntoNoForeignFolder) {
  folder("build");
  EXPECT_FALSE(is_foreign_folder(dir_.file("build")));
  dir_.write("build/CMakeCache.txt", "");
  EXPECT_TRUE(is_foreign_folder(dir_.file("build")));
  EXPECT_TRUE(is_foreign_folder("/x/.git"));
  EXPECT_TRUE(is_foreign_folder("/x/node_modules"));
  EXPECT_FALSE(is_foreign_folder("/x/src"));
}

TEST(ShellWord, IsOneWord) {
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
}

}  // namespace
}  // namespace svc
