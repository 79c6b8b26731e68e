#include "cmd/svcctl/log_tail.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace svc {
namespace {

class LogTailTest : public ::testing::Test {
 protected:
  void append(const std::string& text) { std::ofstream(path_, std::ios::app) << text; }
  std::string last(uint32_t lines) {
    seen_.clear();
    tail_.emplace(*LogTail::open(path_));
    EXPECT_TRUE(tail_->last(lines, sink_));
    return seen_;
  }
  std::string more() {
    seen_.clear();
    EXPECT_TRUE(tail_->more(sink_));
    return seen_;
  }

  testing::TempDir dir_;
  std::string path_ = dir_.file("log");
  std::string seen_;
  LogTail::Sink sink_ = [this](std::string_view bytes) { seen_ += bytes; };
  std::optional<LogTail> tail_;
};

TEST_F(LogTailTest, GivesTheLastLines) {
  append("one\ntwo\nthree\n");
  EXPECT_EQ(last(0), "");
  EXPECT_EQ(last(1), "three\n");
  EXPECT_EQ(last(2), "two\nthree\n");
  EXPECT_EQ(last(3), "one\ntwo\nthree\n");
  EXPECT_EQ(last(99), "one\ntwo\nthree\n");
}

TEST_F(LogTailTest, ALineThatIsNotWholeYetIsALine) {
  append("one\ntwo\nthr");
  EXPECT_EQ(last(2), "two\nthr");
  append("ee\n");
  EXPECT_EQ(more(), "ee\n");
}

TEST_F(LogTailTest, AnEmptyFileHasNoLines) {
  append("");
  EXPECT_EQ(last(5), "");
  append("x\n");
  EXPECT_EQ(more(), "x\n");
  EXPECT_EQ(more(), "");
}

TEST_F(LogTailTest, LinesLongerThanABlockAreWhole) {
  const std::string line(200'000, 'x');
  append("first\n" + line + "\nlast\n");
  EXPECT_EQ(last(2), line + "\nlast\n");
  EXPECT_EQ(last(3), "first\n" + line + "\nlast\n");
}

TEST_F(LogTailTest, GoesBackNoFurtherThanItsBound) {
  append("first\n" + std::string(LogTail::kBackMax, 'x'));
  EXPECT_EQ(last(50).size(), LogTail::kBackMax);
}

TEST_F(LogTailTest, FollowsARenamedLogIntoItsSuccessor) {
  append("one\n");
  EXPECT_EQ(last(1), "one\n");
  append("two\n");
  std::filesystem::rename(path_, path_ + ".1");
  EXPECT_EQ(more(), "two\n");
  std::ofstream(path_ + ".1", std::ios::app) << "three\n";  // Before it was told to reopen.
  append("four\n");
  EXPECT_EQ(more(), "three\nfour\n");
}

TEST_F(LogTailTest, BeginsAgainWhenTheFileIsTruncated) {
  append("one\ntwo\n");
  EXPECT_EQ(last(1), "two\n");
  std::filesystem::resize_file(path_, 0);
  EXPECT_EQ(more(), "");
  append("three\n");
  EXPECT_EQ(more(), "three\n");
}

TEST_F(LogTailTest, RefusesWhatIsNoFile) {
  EXPECT_EQ(LogTail::open(path_).error().code, std::errc::no_such_file_or_directory);
  EXPECT_FALSE(LogTail::open(dir_.path()));
}

}  // namespace
}  // namespace svc
