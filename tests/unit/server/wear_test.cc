#include "core/server/wear.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace svc {
namespace {

class WearTest : public ::testing::Test {
 protected:
  Wear wear() {
    return Wear(
        service_, *slot_, [](uint64_t route) { return "GET /" + std::to_string(route); },
        [this](const std::string& why) { reasons_.push_back(why); });
  }

  ServiceConfig service_;
  std::unique_ptr<WorkerSlot> slot_ = std::make_unique<WorkerSlot>();
  std::vector<std::string> reasons_;
  Instant now_{1h};
};

TEST_F(WearTest, SpreadsTheNumberOfAnswersByTheJitter) {
  EXPECT_EQ(answers_until_worn(service_, 0.5), 0U) << "never, by default";
  service_.max_requests = 1'000;
  service_.max_requests_jitter = 10;
  EXPECT_EQ(answers_until_worn(service_, 0.0), 900U);
  EXPECT_EQ(answers_until_worn(service_, 0.5), 1'000U);
  EXPECT_EQ(answers_until_worn(service_, 0.999999), 1'100U);
  service_.max_requests = 1;
  service_.max_requests_jitter = 100;
  EXPECT_EQ(answers_until_worn(service_, 0.0), 1U) << "one answer at least";
}

TEST_F(WearTest, IsToldOnceWhyAWorkerIsWorn) {
  service_.memory_max = 1024;
  Wear one = wear();
  one.look(now_);
  one.look(now_);
  ASSERT_EQ(reasons_.size(), 1U);
  EXPECT_NE(reasons_[0].find("more than memory_max, 1KiB"), std::string::npos) << reasons_[0];
}

TEST_F(WearTest, MemoryThatIsSharedOrAFilesDoesNotCount) {
  const uint64_t before = own_memory();
  EXPECT_GT(before, 0U);
  const std::vector<char> mine(64 << 20, 'x');
  EXPECT_GE(own_memory(), before + (60u << 20)) << mine.size();
}

TEST_F(WearTest, NamesAThreadThatOutlastsItsRequest) {
  Wear one = wear();
  slot_->pool[2].running.begin(7, 0xa3, now_);
  now_ += service_.http.request_timeout;
  one.look(now_);
  EXPECT_TRUE(reasons_.empty()) << "it may be about to end";
  now_ += 1s;
  one.look(now_);
  ASSERT_EQ(reasons_.size(), 1U);
  EXPECT_EQ(reasons_[0],
            "thread 2 of its pool has been stuck for 31 s in GET /7 (request 00000000000000a3)");
}

TEST_F(WearTest, AnIdleThreadIsNotStuck) {
  Wear one = wear();
  slot_->pool[0].running.begin(7, 1, now_);
  slot_->pool[0].running.end();
  one.look(now_ + 1h);
  EXPECT_TRUE(reasons_.empty());
}

}  // namespace
}  // namespace svc
