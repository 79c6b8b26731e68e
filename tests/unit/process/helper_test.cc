#include "core/process/helper.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "core/process/signals.h"
#include "tests/support/eventually.h"

namespace svc {
namespace {

class HelperTest : public ::testing::Test {
 protected:
  void SetUp() override {
    loop_ = std::move(*EventLoop::create());
    constexpr int kSignals[] = {SIGCHLD};
    signals_ = std::move(*SignalSource::open(*loop_, kSignals, [this](int) { children_.reap(); }));
  }

  void start(std::function<std::string()> body, Duration time_max = 20s, size_t answer_max = 1000) {
    start_order([body](HelperAnswer& answer) { answer.add(body()); }, time_max, answer_max);
  }

  void start_order(std::function<void(HelperAnswer&)> body, Duration time_max,
                   size_t answer_max = 1000, bool partial = false) {
    HelperOrder order;
    order.name = "sums";
    order.time_max = time_max;
    order.answer_max = answer_max;
    order.partial = partial;
    order.body = std::move(body);
    order.on_answer = [this](Result<std::string> answer) {
      ++answers_;
      answer_ = std::move(answer);
      helper_.reset();  // Whoever is told may destroy it.
    };
    auto helper = Helper::start(*loop_, children_, std::move(order));
    ASSERT_TRUE(helper);
    helper_ = std::move(*helper);
  }

  Result<std::string> answer() {
    const Instant until = loop_->refresh_now() + testing::kDeadline;
    while (!answer_ && loop_->refresh_now() < until) EXPECT_TRUE(loop_->turn(100ms));
    EXPECT_TRUE(answer_);
    EXPECT_EQ(answers_, 1);
    return answer_ ? *answer_ : Result<std::string>(Error::invalid("no answer"));
  }

  std::unique_ptr<EventLoop> loop_;
  Children children_;
  std::unique_ptr<SignalSource> signals_;
  std::unique_ptr<Helper> helper_;
  std::optional<Result<std::string>> answer_;
  int answers_ = 0;
};

TEST_F(HelperTest, GivesTheAnswerOfItsChild) {
  start([] { return "forty-two, says another process"; });
  EXPECT_EQ(*answer(), "forty-two, says another process");
}

TEST_F(HelperTest, AnEmptyAnswerIsOne) {
  start([] { return ""; });
  EXPECT_EQ(*answer(), "");
}

TEST_F(HelperTest, ALargeAnswerComesWhole) {
  start([] { return std::string(900'000, 'x'); }, 20s, 1'000'000);
  EXPECT_EQ(answer()->size(), 900'000U);
}

TEST_F(HelperTest, AnAnswerBeyondTheBoundIsRefused) {
  start([] { return std::string(1'000'000, 'x'); });
  const auto refused = answer();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, std::errc::message_size);
  EXPECT_EQ(refused.error().text, "sums: the answer is larger than 1kB");
}

TEST_F(HelperTest, AChildThatHangsIsKilled) {
  start(
      []() -> std::string {
        for (;;) ::pause();
      },
      100ms);
  const auto refused = answer();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "sums: not done within 100ms");
  EXPECT_TRUE(testing::eventually([&] {
    children_.reap();
    return ::waitpid(-1, nullptr, WNOHANG) < 0;
  })) << "nothing is left of it";
}

TEST_F(HelperTest, AChildThatWritesForEverIsKilled) {
  start(
      []() -> std::string {
        for (std::string more(4096, 'x');;) static_cast<void>(::write(3, more.data(), more.size()));
      },
      300ms);
  EXPECT_FALSE(answer());
}

TEST_F(HelperTest, TellsHowAChildDied) {
  start([]() -> std::string { ::abort(); });
  EXPECT_EQ(answer().error().text, "sums: the process that was to do it died: SIGABRT");
}

TEST_F(HelperTest, AChildThatLeavesEarlyIsAnError) {
  start([]() -> std::string { ::_exit(5); });
  EXPECT_EQ(answer().error().text, "sums: the process that was to do it died: exit status 5");
}

TEST_F(HelperTest, KeepsWhatALateChildSaidWhereThatHelps) {
  start_order(
      [](HelperAnswer& answer) {
        answer.add("one ");
        answer.add("two");
        for (;;) ::pause();
      },
      1s, 1000, true);
  EXPECT_EQ(*answer(), "one two");
}

TEST_F(HelperTest, KeepsWhatADeadChildSaidWhereThatHelps) {
  start_order(
      [](HelperAnswer& answer) {
        answer.add("one");
        ::abort();
      },
      20s, 1000, true);
  EXPECT_EQ(*answer(), "one");
}

TEST_F(HelperTest, HoldsNothingOfTheMasters) {
  int held[2];
  ASSERT_EQ(::pipe(held), 0);
  start([held] {
    return ::fcntl(held[0], F_GETFD) < 0 && ::fcntl(held[1], F_GETFD) < 0 ? "closed" : "open";
  });
  EXPECT_EQ(*answer(), "closed");
  ::close(held[0]);
  ::close(held[1]);
}

TEST_F(HelperTest, SaysNothingAfterItWasDestroyed) {
  start([] { return "too late"; });
  helper_.reset();
  EXPECT_TRUE(testing::eventually([&] {
    EXPECT_TRUE(loop_->turn(10ms));
    children_.reap();
    return ::waitpid(-1, nullptr, WNOHANG) < 0;
  }));
  EXPECT_EQ(answers_, 0);
}

}  // namespace
}  // namespace svc
