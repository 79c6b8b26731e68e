#include "config/locate.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/base/fault.h"
#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Locate, KnowsABuildTreeByItsCache) {
  testing::MemoryFiles files;
  EXPECT_THAT(environment_dirs("/usr/bin", files), ElementsAre("/usr/etc/svcd", "/etc/svcd"));
  EXPECT_THAT(environment_dirs("/opt/svcd/bin", files),
              ElementsAre("/opt/svcd/etc/svcd", "/etc/svcd"));
  EXPECT_THAT(environment_dirs("/bin", files), ElementsAre("/etc/svcd"));
  files.put("/src/build/debug/CMakeCache.txt", "");
  EXPECT_THAT(environment_dirs("/src/build/debug/bin", files),
              ElementsAre("/src/config/environments"));
}

TEST(Locate, LooksForModulesBesideTheProgram) {
  EXPECT_THAT(module_dirs("/src/build/debug/bin"),
              ElementsAre("/src/build/debug/services", "/src/build/debug/lib/svcd/services"));
}

TEST(Locate, PrefersAHostsOwnModulesToThoseOfThePackage) {
  EXPECT_THAT(module_dirs("/usr/bin"),
              ElementsAre("/usr/local/lib/svcd/services", "/usr/lib/svcd/services"));
  EXPECT_THAT(module_dirs("/usr/local/bin"),
              ElementsAre("/usr/local/services", "/usr/local/lib/svcd/services"));
}

TEST(Locate, FindsItsOwnProgram) {
  const auto directory = program_directory();
  ASSERT_TRUE(directory);
  EXPECT_TRUE(std::filesystem::is_directory(*directory));
  sys::fault::fail_nth(1, "readlink");
  EXPECT_FALSE(program_directory());
  sys::fault::never();
}

class Environments : public ::testing::Test {
 protected:
  Environments() {
    char path[] = "/tmp/svc-locate-XXXXXX";
    dir_ = ::mkdtemp(path);
    std::filesystem::create_directories(dir_ + "/one");
    std::filesystem::create_directories(dir_ + "/two");
    for (const std::string name : {"one/b.toml", "two/b.toml", "two/production.toml", "two/x.txt"})
      std::ofstream(dir_ + "/" + name) << "";
    dirs_ = {dir_ + "/one", dir_ + "/missing", dir_ + "/two"};
  }
  ~Environments() override { std::filesystem::remove_all(dir_); }

  std::string dir_;
  std::vector<std::string> dirs_;
};

TEST_F(Environments, AreFoundInTheFirstDirectoryThatHasThem) {
  EXPECT_EQ(find_environment("b", dirs_).value(), dir_ + "/one/b.toml");
  EXPECT_EQ(find_environment("production", dirs_).value(), dir_ + "/two/production.toml");
  EXPECT_THAT(environments(dirs_), ElementsAre("b", "production"));
}

TEST_F(Environments, ThatAreNowhereComeWithAHintAtANearOne) {
  const auto found = find_environment("prodution", dirs_);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().text, HasSubstr("there is no environment \"prodution\": no " + dir_));
  EXPECT_THAT(found.error().text, HasSubstr("; did you mean \"production\"?"));
}

TEST_F(Environments, HaveTheirPathsEvenWhenTheyAreGone) {
  EXPECT_THAT(
      environment_paths("gone", dirs_).value(),
      ElementsAre(dir_ + "/one/gone.toml", dir_ + "/missing/gone.toml", dir_ + "/two/gone.toml"));
  EXPECT_FALSE(environment_paths("../two/b", dirs_));
}

TEST_F(Environments, HaveNamesAndNotPaths) {
  for (const std::string_view name : {"", ".", "..", "../two/b", "/etc/passwd", ".hidden"})
    EXPECT_EQ(find_environment(name, dirs_).error().code, std::errc::invalid_argument) << name;
}

}  // namespace
}  // namespace svc
