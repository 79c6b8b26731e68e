// A loop that asks for more before it sleeps: on the real clock, for it spins on that.
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

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
  void set() const { EXPECT_EQ(::eventfd_write(event_.get(), 1), 0); }

  // How often this thread has gone to sleep.
  static long sleeps() {
    rusage usage{};
    EXPECT_EQ(::getrusage(RUSAGE_THREAD, &usage), 0);
    return usage.ru_nvcsw;
  }
  // Until an event comes that another thread makes after `delay`: how often it slept meanwhile.
  long sleeps_until_event(Duration delay) {
    set();
    EXPECT_TRUE(loop_->turn(60s));  // Awake from now on.
    std::thread other([this, delay] {
      std::this_thread::sleep_for(delay);
      set();
    });
    const long before = sleeps();
    const int seen = events_;
    while (events_ == seen) EXPECT_TRUE(loop_->turn(60s));
    const long slept = sleeps() - before;
    other.join();
    return slept;
  }

  // A busy machine may hold a thread up just there, or put it to sleep for reasons of its own.
  template <class Fact>
  static bool once(Fact fact) {
    for (int i = 0; i < 50; ++i)
      if (fact()) return true;
    return false;
  }

  Fd event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
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

TEST_F(BusyPoll, FindsTimersAndPostedWorkAwake) {
  loop_->busy_poll(60s);
  set();
  EXPECT_TRUE(loop_->turn(60s));
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
  set();
  EXPECT_TRUE(loop_->turn(60s));
  const Instant began = Clock::steady().now();
  EXPECT_TRUE(loop_->turn(20ms));
  const Duration took = Clock::steady().now() - began;
  EXPECT_GE(took, 20ms);
  EXPECT_LT(took, 30s);
  EXPECT_EQ(events_, 1);
}

TEST_F(BusyPoll, EndsAtOnceWhenItIsStopped) {
  loop_->busy_poll(60s);
  set();
  EXPECT_TRUE(loop_->turn(60s));
  std::thread other([this] { loop_->stop(); });
  EXPECT_TRUE(loop_->run());
  other.join();
}

}  // namespace
}  // namespace svc
