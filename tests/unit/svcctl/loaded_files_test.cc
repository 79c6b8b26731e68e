#include "cmd/svcctl/loaded_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using ::testing::UnorderedElementsAre;

class LoadedFilesTest : public ::testing::Test {
 protected:
  LoadedFilesTest() {
    ::mkdir(dir_.file("modules").c_str(), 0755);
    dir_.write("modules/a.so", "1");
    dir_.write("base.toml", "[service.a]\nmodule = \"./modules/a.so\"\n");
    path_ =
        dir_.write("a.toml", "extends = \"base.toml\"\n[service.a]\nlisten = [\"127.0.0.1:1\"]\n");
  }
  testing::TempDir dir_;
  std::string path_;
};

TEST_F(LoadedFilesTest, AreTheConfigurationWithWhatItExtendsAndTheModules) {
  LoadedFiles files(path_);
  EXPECT_TRUE(files.contains(path_));
  EXPECT_FALSE(files.contains(dir_.file("base.toml")));
  files.look_up(load_request(path_));
  EXPECT_TRUE(files.contains(path_));
  EXPECT_TRUE(files.contains(dir_.file("base.toml")));
  EXPECT_TRUE(files.contains(dir_.file("modules/a.so")));
  EXPECT_THAT(files.folders(), UnorderedElementsAre(dir_.path(), dir_.file("modules")));
}

TEST_F(LoadedFilesTest, StayWhatTheyWereWhileTheConfigurationIsWrong) {
  LoadedFiles files(path_);
  files.look_up(load_request(path_));
  dir_.write("a.toml", "nonsense");
  files.look_up(load_request(path_));
  EXPECT_TRUE(files.contains(dir_.file("modules/a.so")));
}

TEST_F(LoadedFilesTest, DifferOnceOneIsAnotherOrGone) {
  LoadedFiles files(path_);
  files.look_up(load_request(path_));
  files.remember();
  EXPECT_FALSE(files.differ());
  dir_.write("modules/a.so", "2");  // Another file by the same name.
  EXPECT_TRUE(files.differ());
  files.remember();
  EXPECT_FALSE(files.differ());
  ::remove(dir_.file("modules/a.so").c_str());
  EXPECT_TRUE(files.differ());
}

}  // namespace
}  // namespace svc
