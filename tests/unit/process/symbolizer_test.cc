#include "core/process/symbolizer.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "core/process/signals.h"
#include "tests/support/eventually.h"

namespace svc {
namespace {

class SymbolizerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    loop_ = std::move(*EventLoop::create());
    constexpr int kSignals[] = {SIGCHLD};
    signals_ = std::move(*SignalSource::open(*loop_, kSignals, [this](int) { children_.reap(); }));
    symbolizer_.emplace(*loop_, children_, [] {});
  }
  void ask(const std::string& frame) {
    Symbolizer::Request request;
    request.frames = {frame};
    request.on_done = [this](std::vector<std::string> lines) {
      answers_.push_back(lines.empty() ? "" : lines[0]);
    };
    symbolizer_->ask(std::move(request));
  }
  void wait_for(size_t answers) {
    const Instant until = loop_->refresh_now() + testing::kDeadline;
    while (answers_.size() < answers && loop_->refresh_now() < until)
      ASSERT_TRUE(loop_->turn(100ms));
    ASSERT_EQ(answers_.size(), answers);
  }

  std::unique_ptr<EventLoop> loop_;
  Children children_;
  std::unique_ptr<SignalSource> signals_;
  std::optional<Symbolizer> symbolizer_;
  std::vector<std::string> answers_;
};

TEST_F(SymbolizerTest, AnswersFromAHelper) {
  ask("/nowhere/x.so+0x1");
  EXPECT_EQ(children_.size(), 1U);
  EXPECT_TRUE(answers_.empty());
  wait_for(1);
  EXPECT_EQ(answers_[0], "x.so+0x1");
  EXPECT_TRUE(symbolizer_->idle());
}

TEST_F(SymbolizerTest, RunsAFewHelpersAtATimeAndAnswersEverybody) {
  for (size_t i = 0; i < Symbolizer::kAtOnce + Symbolizer::kWaitingMax; ++i)
    ask("/nowhere/x.so+0x1");
  EXPECT_EQ(children_.size(), Symbolizer::kAtOnce);
  ask("/nowhere/late.so+0x1");
  ASSERT_EQ(answers_.size(), 1U) << "beyond the bound: raw, at once";
  EXPECT_EQ(answers_[0], "/nowhere/late.so+0x1");
  wait_for(Symbolizer::kAtOnce + Symbolizer::kWaitingMax + 1);
}

}  // namespace
}  // namespace svc
