#include "config/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/base/fault.h"

namespace svc {
namespace {

class DiskFiles : public ::testing::Test {
 protected:
  DiskFiles() {
    char path[] = "/tmp/svc-files-XXXXXX";
    dir_ = ::mkdtemp(path);
    std::ofstream(dir_ + "/file") << "text";
  }
  ~DiskFiles() override {
    sys::fault::never();
    std::filesystem::remove_all(dir_);
  }

  std::errc code(const std::string& name, size_t size_max = 100) const {
    const auto text = FileSource::disk().read(dir_ + name, size_max);
    return text ? std::errc{} : text.error().code;
  }

  std::string dir_;
};

TEST_F(DiskFiles, ReadsAFileAtItsBoundAndNoMore) {
  EXPECT_EQ(FileSource::disk().read(dir_ + "/file", 4).value(), "text");
  EXPECT_EQ(code("/file", 3), std::errc::file_too_large);
}

TEST_F(DiskFiles, RefusesWhatIsNoFileWithoutWaiting) {
  ASSERT_EQ(::mkfifo((dir_ + "/fifo").c_str(), 0600), 0);
  EXPECT_EQ(code("/fifo"), std::errc::invalid_argument);
  EXPECT_EQ(code(""), std::errc::is_a_directory);
  EXPECT_EQ(code("/nope"), std::errc::no_such_file_or_directory);
  EXPECT_FALSE(FileSource::disk().is_file(dir_));
  EXPECT_TRUE(FileSource::disk().is_file(dir_ + "/file"));
}

TEST_F(DiskFiles, ReportsWhatTheSystemSays) {
  for (uint64_t nth = 1; nth <= 3; ++nth) {  // open, fstat, read
    sys::fault::fail_nth(nth);
    EXPECT_FALSE(FileSource::disk().read(dir_ + "/file", 100)) << nth;
    EXPECT_TRUE(sys::fault::happened()) << nth;
    sys::fault::never();
  }
  sys::fault::fail_nth(1, "realpath");
  EXPECT_FALSE(FileSource::disk().real_path(dir_ + "/file"));
}

TEST_F(DiskFiles, FollowsLinksToTheRealPath) {
  ASSERT_EQ(::symlink("file", (dir_ + "/link").c_str()), 0);
  const auto real = FileSource::disk().real_path(dir_ + "/link");
  ASSERT_TRUE(real);
  EXPECT_TRUE(real->ends_with("/file"));
}

TEST(ConfigFiles, SayWhyTheyAreUnreadableWithoutNamingThemselves) {
  EXPECT_EQ(why_unreadable(Error::of(std::errc::file_too_large, "x"), 2048),
            "it is larger than 2KiB");
  EXPECT_EQ(why_unreadable(Error::of(std::errc::is_a_directory, "x"), 1), "it is a directory");
  EXPECT_EQ(why_unreadable(Error::invalid("x"), 1), "it is not a regular file");
  EXPECT_EQ(why_unreadable(Error::of(std::errc::permission_denied, "x"), 1), "Permission denied");
}

TEST(ConfigFiles, JoinPathsLexicallyForMessages) {
  EXPECT_EQ(join_path("config", "base.toml"), "config/base.toml");
  EXPECT_EQ(join_path(".", "base.toml"), "base.toml");
  EXPECT_EQ(join_path("a/b", "../c.toml"), "a/c.toml");
  EXPECT_EQ(join_path("a/b", "/c.toml"), "/c.toml");
  EXPECT_EQ(path_from("a/b", "../c.toml"), "a/b/../c.toml");
  EXPECT_EQ(directory_of("base.toml"), ".");
  EXPECT_EQ(directory_of("a/b.toml"), "a");
  EXPECT_EQ(file_name_of("a/b.toml"), "b.toml");
}

}  // namespace
}  // namespace svc
