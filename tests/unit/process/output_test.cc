#include "core/process/output.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

namespace svc {
namespace {

class OutputPipeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    loop_ = std::move(*EventLoop::create(clock_));
    auto opened = OutputPipe::open(
        *loop_, [this](std::string_view line) { lines_.emplace_back(line); }, child_);
    ASSERT_TRUE(opened);
    pipe_ = std::move(*opened);
  }
  void print(std::string_view text) {
    ASSERT_EQ(::write(child_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void turn() { ASSERT_TRUE(loop_->turn(0s)); }

  FakeClock clock_;
  std::unique_ptr<EventLoop> loop_;
  Fd child_;
  std::unique_ptr<OutputPipe> pipe_;
  std::vector<std::string> lines_;
};

TEST_F(OutputPipeTest, MakesLinesOfWhateverPiecesCome) {
  print("one\ntw");
  turn();
  EXPECT_EQ(lines_, std::vector<std::string>({"one"}));
  print("o\n\nthree\n");
  turn();
  EXPECT_EQ(lines_, std::vector<std::string>({"one", "two", "", "three"}));
}

TEST_F(OutputPipeTest, CutsALineThatNeverEnds) {
  print(std::string(3 * OutputPipe::kLineMax, 'x'));
  turn();
  turn();
  ASSERT_EQ(lines_.size(), 3U);
  for (const auto& line : lines_) EXPECT_EQ(line.size(), OutputPipe::kLineMax);
}

TEST_F(OutputPipeTest, GivesTheRestOfADeadWorkersOutput) {
  print("check failed: x\nand then");
  child_.reset();
  pipe_->finish();
  EXPECT_EQ(lines_, std::vector<std::string>({"check failed: x", "and then"}));
}

TEST_F(OutputPipeTest, NeverBlocksTheWorkerAndNeverFollowsItsPace) {
  const std::string line = std::string(99, 'x') + "\n";
  for (int i = 0; i < 10'000; ++i) {
    while (::write(child_.get(), line.data(), line.size()) > 0) {  // Until EAGAIN.
    }
    turn();
  }
  const size_t read = lines_.size() * line.size();
  EXPECT_LT(read, OutputPipe::kPerSecond + 2 * OutputPipe::kPerTurn);
  const size_t before = lines_.size();
  clock_.advance(1s);
  turn();
  turn();
  EXPECT_GT(lines_.size(), before) << "the next second has its share";
}

TEST_F(OutputPipeTest, LeavesTheLoopWhenTheWorkerCloses) {
  child_.reset();
  turn();
  turn();
  pipe_->finish();
  EXPECT_TRUE(lines_.empty());
}

}  // namespace
}  // namespace svc
