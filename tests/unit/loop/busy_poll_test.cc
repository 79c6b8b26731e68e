// A loop that asks for more before it sleeps: on the real clock, for it spins on that.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "core/base/fd.h"
#include "core/loop/event_loop.h"

namespace svc {
namespace {

class BusyPoll : public ::testing::Test, public Watcher {
 protected:
  BusyPoll() { EXPECT_TRUE(loop_->watch(event_.get(), EPOLLIN | EPOLLET, *this)); }
  ~BusyPoll() override { loop_->unwatch(event_.get(), *this); }
  void on_ready(uint32_t) override { ++events_; }
  // The event comes once, by the kernel's own hand.
  void come_after(Duration delay) const {
    const itimerspec when{{}, {0, std::max<long>(1, delay.count())}};
    EXPECT_EQ(::timerfd_settime(event_.get(), 0, &when, nullptr), 0);
  }
  void wake() {
    come_after(0ms);
    const int seen = events_;
    while (events_ == seen) EXPECT_TRUE(loop_->turn(60s));
  }

  // How often this thread has gone to sleep.
  static long sleeps() {
    rusage usage{};
    EXPECT_EQ(::getrusage(RUSAGE_THREAD, &usage), 0);
    return usage.ru_nvcsw;
  }
  // How often it does while the loop waits for the next event.
  long sleeps_until_event(Duration delay) {
    wake();
    come_after(delay);
    const long before = sleeps();
    const int seen = events_;
    while (events_ == seen) EXPECT_TRUE(loop_->turn(60s));
    return sleeps() - before;
  }

  // A busy machine may hold a thread up just there, or put it to sleep for reasons of its own.
  template <class Fact>
  static bool once(Fact fact) {
    for (int i = 0; i < 50; ++i)
      if (fact()) return true;
    return false;
  }

  Fd event_{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)};
  std::unique_ptr<EventLoop> loop_ = *EventLoop::create();
  int events_ = 0;
};

TEST_F(BusyPoll, WithoutItTheLoopSleepsAtOnce) {
  EXPECT_TRUE(once([&] { return sleeps_until_event(20ms) > 0; }));
}

TEST_F(BusyPoll, FindsTheNextEventAwake) {
  loop_->busy_poll(60s);
  EXPECT_TRUE(once([&] { return sleeps_until_event(20ms) == 0; }));
}

TEST_F(BusyPoll, SleepsWhenItsTimeHasPassed) {
  loop_->busy_poll(1ms);
  EXPECT_TRUE(once([&] { return sleeps_until_event(50ms) > 0; }));
}

TEST_F(BusyPoll, ServesTimersAndPostedWork) {
  loop_->busy_poll(60s);
  wake();
  bool rang = false, ran = false;
  Timer timer([&] { rang = true; });
  timer.arm(*loop_, loop_->now() + 10ms);
  while (!rang) EXPECT_TRUE(loop_->turn(60s));
  std::thread other([&] { loop_->post([&] { ran = true; }); });
  while (!ran) EXPECT_TRUE(loop_->turn(60s));
  other.join();
}

// Or a worker's own heartbeats would keep it awake for ever.
TEST_F(BusyPoll, TimersAloneDoNotKeepTheLoopAwake) {
  loop_->busy_poll(300ms);
  bool rang = false;
  Timer timer([&] { rang = true; });
  const auto sleeps_until_it_rings = [&] {
    rang = false;
    timer.arm(*loop_, loop_->refresh_now() + 20ms);
    const long before = sleeps();
    while (!rang) EXPECT_TRUE(loop_->turn(60s));
    return sleeps() - before;
  };
  EXPECT_TRUE(once([&] { return sleeps_until_it_rings() > 0; }));
}

TEST_F(BusyPoll, WaitsNoLongerThanItMay) {
  loop_->busy_poll(60s);
  wake();
  const Instant began = Clock::steady().now();
  EXPECT_TRUE(loop_->turn(20ms));
  const Duration took = Clock::steady().now() - began;
  EXPECT_GE(took, 20ms);
  EXPECT_LT(took, 30s);
  EXPECT_EQ(events_, 1);
}

TEST_F(BusyPoll, EndsAtOnceWhenItIsStopped) {
  loop_->busy_poll(60s);
  wake();
  std::thread other([this] { loop_->stop(); });
  EXPECT_TRUE(loop_->run());
  other.join();
}

}  // namespace
}  // namespace svc
