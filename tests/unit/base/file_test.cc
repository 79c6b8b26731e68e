#include "core/base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base_support.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using ::testing::HasSubstr;

class File : public ::testing::Test {
 protected:
  std::vector<std::string> entries() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path()))
      names.push_back(entry.path().filename());
    return names;
  }

  testing::TempDir dir_;
};

TEST_F(File, IsReadWhole) {
  const std::string data = std::string(200'000, 'x') + '\0' + "end";
  EXPECT_EQ(read_file(dir_.write("big", data), 1 << 20).value(), data);
  EXPECT_EQ(read_file(dir_.write("empty", ""), 0).value(), "");
}

TEST_F(File, MayBeAsLargeAsTheBoundAndNoLarger) {
  const std::string path = dir_.write("ten", "0123456789");
  EXPECT_EQ(read_file(path, 10).value(), "0123456789");
  const Error error = read_file(path, 9).error();
  EXPECT_EQ(error.code, std::errc::file_too_large);
  EXPECT_THAT(error.text, HasSubstr(path));
}

TEST_F(File, WithoutASizeIsReadToo) {
  EXPECT_THAT(read_file("/proc/self/status", 1 << 20).value(), HasSubstr("Pid:"));
}

TEST_F(File, ThatIsEndlessEndsAtTheBound) {
  EXPECT_EQ(read_file("/dev/zero", 1 << 20).error().code, std::errc::file_too_large);
}

TEST_F(File, ThatIsNoneIsRefusedAtOnce) {
  const std::string fifo = dir_.file("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(read_file(fifo, 10).error().code, std::errc::invalid_argument);
  EXPECT_EQ(read_file(dir_.path(), 10).error().code, std::errc::is_a_directory);
  const Error error = read_file(dir_.file("none"), 10).error();
  EXPECT_EQ(error.code, std::errc::no_such_file_or_directory);
  EXPECT_THAT(error.text, HasSubstr(dir_.file("none")));
}

TEST_F(File, IsWrittenWithItsMode) {
  const std::string path = dir_.file("new");
  ASSERT_TRUE(write_file(path, "data", 0640));
  struct stat facts;
  ASSERT_EQ(sys::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0640u);
  EXPECT_EQ(read_file(path, 10).value(), "data");
}

TEST_F(File, IsReplacedAndNothingIsLeftBehind) {
  const std::string path = dir_.write("file", "old");
  ASSERT_TRUE(write_file(path, "new"));
  EXPECT_EQ(read_file(path, 10).value(), "new");
  EXPECT_EQ(entries(), std::vector<std::string>{"file"});
}

TEST_F(File, InADirectoryThatIsNotThereIsNotWritten) {
  EXPECT_EQ(write_file(dir_.file("no/file"), "x").error().code,
            std::errc::no_such_file_or_directory);
}

TEST_F(File, CannotReplaceADirectory) {
  ASSERT_EQ(sys::mkdir(dir_.file("taken").c_str(), 0700), 0);
  EXPECT_FALSE(write_file(dir_.file("taken"), "x"));
  EXPECT_EQ(entries(), std::vector<std::string>{"taken"});
}

TEST_F(File, OnAFullDiskSaysSo) {
  Fd full(sys::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const auto written = write_all(full.get(), "x", "/dev/full");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().text, "write /dev/full: No space left on device");
}

TEST_F(File, APipeIsReadToItsEnd) {
  Pipe pipe = make_pipe();
  ASSERT_TRUE(write_all(pipe.write.get(), "one two", "pipe"));
  pipe.write.reset();
  EXPECT_EQ(read_all(pipe.read.get(), 100, "pipe").value(), "one two");
}

}  // namespace
}  // namespace svc
