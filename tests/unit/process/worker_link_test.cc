#include "core/process/worker_link.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <memory>

namespace svc {
namespace {

class WorkerLinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    loop_ = std::move(*EventLoop::create(clock_));
    auto pair = Channel::create_pair();
    worker_ = std::move(pair->second);
    link_ =
        std::make_unique<WorkerLink>(*loop_, std::move(pair->first),
                                     WorkerLink::Events{[this] { ++ready_; }, [this] { ++lost_; }});
    ASSERT_TRUE(link_->open());
  }
  void turn() { ASSERT_TRUE(loop_->turn(0s)); }

  FakeClock clock_;
  std::unique_ptr<EventLoop> loop_;
  Channel worker_;
  std::unique_ptr<WorkerLink> link_;
  int ready_ = 0, lost_ = 0;
};

TEST_F(WorkerLinkTest, CollectsWhatAWorkerSays) {
  ASSERT_TRUE(worker_.send(ChannelKind::routes, 0, "GET /a\n"));
  ASSERT_TRUE(worker_.send(ChannelKind::routes, 0, "GET /b\n"));
  ASSERT_TRUE(worker_.send(ChannelKind::ready));
  ASSERT_TRUE(worker_.send(ChannelKind::last_words, 0, "signal 11\n"));
  ASSERT_TRUE(worker_.send(ChannelKind::last_words, 0, "frame x+0x1\n"));
  ASSERT_TRUE(worker_.send(ChannelKind::failed, 0, "why"));
  turn();
  EXPECT_EQ(link_->routes(), "GET /a\nGET /b\n");
  EXPECT_EQ(link_->last_words(), "signal 11\nframe x+0x1\n");
  EXPECT_EQ(link_->failure(), "why");
  EXPECT_EQ(ready_, 1);
  EXPECT_EQ(link_->misplaced(), 0U);
}

TEST_F(WorkerLinkTest, CountsAndDropsWhatIsNotForTheMaster) {
  ASSERT_TRUE(worker_.send(ChannelKind::drain, 1));
  ASSERT_TRUE(worker_.send(static_cast<ChannelKind>(4711)));
  ASSERT_EQ(::send(worker_.descriptor(), "junk", 4, 0), 4);
  turn();
  EXPECT_EQ(link_->misplaced(), 3U);
  EXPECT_EQ(lost_, 0);
}

TEST_F(WorkerLinkTest, ReadsAFewMessagesATurn) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(worker_.send(ChannelKind::ready));
  turn();
  EXPECT_EQ(ready_, WorkerLink::kMessagesPerTurn);
  turn();
  EXPECT_EQ(ready_, 2 * WorkerLink::kMessagesPerTurn);
}

TEST_F(WorkerLinkTest, ReadsAFloodAtItsOwnPace) {
  int sent = 0;
  for (int turns = 0; turns < 1000; ++turns) {
    while (worker_.send(ChannelKind::ready)) ++sent;
    turn();
  }
  EXPECT_EQ(ready_, WorkerLink::kMessagesPerSecond);
  clock_.advance(1s);
  turn();
  turn();
  EXPECT_GT(ready_, WorkerLink::kMessagesPerSecond);
}

TEST_F(WorkerLinkTest, KeepsTextBounded) {
  const std::string much(kChannelTextMax, 'x');
  for (int i = 0; i < 32; ++i) {
    ASSERT_TRUE(worker_.send(ChannelKind::routes, 0, much));
    ASSERT_TRUE(worker_.send(ChannelKind::failed, 0, much));
    ASSERT_TRUE(worker_.send(ChannelKind::last_words, 0, much));
    turn();
  }
  EXPECT_EQ(link_->routes().size(), WorkerLink::kRoutesMax);
  EXPECT_EQ(link_->failure().size(), WorkerLink::kFailureMax);
  EXPECT_EQ(link_->last_words().size(), WorkerLink::kLastWordsMax);
}

TEST_F(WorkerLinkTest, TellsOnceThatTheOtherEndIsGone) {
  worker_ = Channel();
  turn();
  turn();
  EXPECT_EQ(lost_, 1);
}

TEST_F(WorkerLinkTest, HearsTheLastWordsOfADeadWorkerEvenAfterAFlood) {
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(worker_.send(ChannelKind::ready));
  ASSERT_TRUE(worker_.send(ChannelKind::last_words, 0, "signal 6\n"));
  worker_ = Channel();
  link_->finish();
  EXPECT_EQ(link_->last_words(), "signal 6\n");
  EXPECT_EQ(ready_ + lost_, 0) << "a dead worker's claims change nothing";
}

TEST_F(WorkerLinkTest, ClosesDescriptorsThatNobodyAskedFor) {
  const int mine[] = {0, 0, 0, 0};
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(worker_.send(ChannelKind::ready, 0, {}, mine));
    clock_.advance(1s);
    turn();
  }
  EXPECT_EQ(ready_, 200);
  const Fd next(::dup(0));
  EXPECT_LT(next.get(), 100);
}

}  // namespace
}  // namespace svc
