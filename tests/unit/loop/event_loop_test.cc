#include "core/loop/event_loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/fault.h"
#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

class Recorder final : public Watcher {
 public:
  explicit Recorder(std::function<void(uint32_t)> then = {}) : then_(std::move(then)) {}
  void on_ready(uint32_t events) override {
    ++calls;
    last = events;
    if (then_) then_(events);
  }
  int calls = 0;
  uint32_t last = 0;

 private:
  std::function<void(uint32_t)> then_;
};

class EventLoopTest : public LoopFixture {};

TEST_F(EventLoopTest, ReportsAReadyDescriptorToItsWatcherUntilItIsUnwatched) {
  Signal signal;
  Recorder recorder;
  ASSERT_TRUE(loop->watch(signal.fd(), EPOLLIN, recorder));
  turn();
  EXPECT_EQ(recorder.calls, 0);
  signal.set();
  turn();
  turn();
  EXPECT_EQ(recorder.calls, 2);  // Level-triggered: said again while it is so.
  EXPECT_EQ(recorder.last, uint32_t{EPOLLIN});
  loop->unwatch(signal.fd(), recorder);
  turn();
  EXPECT_EQ(recorder.calls, 2);
}

TEST_F(EventLoopTest, OneWatcherMayHaveSeveralDescriptors) {
  Signal first;
  Signal second;
  Recorder recorder;
  ASSERT_TRUE(loop->watch(first.fd(), EPOLLIN, recorder));
  ASSERT_TRUE(loop->watch(second.fd(), EPOLLIN, recorder));
  first.set();
  second.set();
  turn();
  EXPECT_EQ(recorder.calls, 2);
  loop->unwatch(first.fd(), recorder);
  turn();
  EXPECT_EQ(recorder.calls, 3);
}

TEST_F(EventLoopTest, ASecondWatcherOfADescriptorIsRefusedAndTheFirstGoesOn) {
  Signal signal;
  Recorder first;
  Recorder second;
  ASSERT_TRUE(loop->watch(signal.fd(), EPOLLIN, first));
  EXPECT_EQ(loop->watch(signal.fd(), EPOLLIN, second).error().code, std::errc::file_exists);
  EXPECT_EQ(loop->rewatch(signal.fd(), 0, second).error().code,
            std::errc::no_such_file_or_directory);
  loop->unwatch(signal.fd(), second);  // Not its watcher: nothing happens.
  signal.set();
  turn();
  EXPECT_EQ(first.calls, 1);
  EXPECT_EQ(second.calls, 0);
}

TEST_F(EventLoopTest, WatchingNoDescriptorIsAnErrorThatNamesTheCall) {
  Recorder recorder;
  EXPECT_EQ(loop->watch(-1, EPOLLIN, recorder).error().text, "epoll_ctl: Bad file descriptor");
  loop->unwatch(-1, recorder);
}

// A copy of the descriptor keeps it in the epoll set: its events are nobody's.
TEST_F(EventLoopTest, NothingComesOfADescriptorThatWasClosedWhileACopyOfItLives) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  Fd near(ends[0]);
  const int number = near.get();
  const Fd far(ends[1]);
  const Fd copy(::fcntl(near.get(), F_DUPFD_CLOEXEC, 100));
  Recorder first;
  ASSERT_TRUE(loop->watch(number, EPOLLIN | EPOLLET, first));
  loop->closing(number, first);
  near.reset();
  ASSERT_EQ(::write(far.get(), "x", 1), 1);
  turn();
  EXPECT_EQ(first.calls, 0);

  Signal signal;  // Another one takes the number.
  ASSERT_EQ(::dup2(signal.fd(), number), number);
  const Fd next(number);
  Recorder second;
  ASSERT_TRUE(loop->watch(number, EPOLLIN | EPOLLET, second));
  ASSERT_EQ(::write(far.get(), "x", 1), 1);
  turn();
  EXPECT_EQ(second.calls, 0);
  signal.set();
  turn();
  EXPECT_EQ(second.calls, 1);
  loop->unwatch(number, second);
}

TEST_F(EventLoopTest, RewatchChangesTheEvents) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const Fd near(ends[0]);
  const Fd far(ends[1]);
  Recorder recorder;
  ASSERT_TRUE(loop->watch(near.get(), EPOLLIN, recorder));
  turn();
  EXPECT_EQ(recorder.calls, 0);
  ASSERT_TRUE(loop->rewatch(near.get(), EPOLLOUT, recorder));
  turn();
  EXPECT_EQ(recorder.last, uint32_t{EPOLLOUT});
  loop->unwatch(near.get(), recorder);
}

// Whichever of the two is called first takes the other away; epoll had reported both.
TEST_F(EventLoopTest, UnwatchStrikesOutAnEventOfTheTurnThatRuns) {
  Signal signals[2];
  Recorder* recorders[2];
  Recorder first([&](uint32_t) { loop->unwatch(signals[1].fd(), *recorders[1]); });
  Recorder second([&](uint32_t) { loop->unwatch(signals[0].fd(), *recorders[0]); });
  recorders[0] = &first;
  recorders[1] = &second;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(loop->watch(signals[i].fd(), EPOLLIN, *recorders[i]));
    signals[i].set();
  }
  turn();
  turn();
  EXPECT_EQ(first.calls == 0, second.calls == 2);
  EXPECT_EQ(first.calls + second.calls, 2);
}

// The number of a closed descriptor is given out again at once: an event that was meant for the old
// one must not reach the new one's watcher.
TEST_F(EventLoopTest, AnEventOfAClosedDescriptorDoesNotReachTheNextOneOfThatNumber) {
  std::optional<Signal> signals[2] = {Signal(), Signal()};
  std::optional<Signal> reborn;
  Recorder newcomer;
  int replaced = -1;
  Recorder* recorders[2];
  const auto replace = [&](int other) {
    if (replaced >= 0) return;
    replaced = signals[other]->fd();
    loop->unwatch(replaced, *recorders[other]);
    signals[other].reset();
    reborn.emplace();
    ASSERT_EQ(reborn->fd(), replaced);
    ASSERT_TRUE(loop->watch(replaced, EPOLLIN, newcomer));
  };
  Recorder first([&](uint32_t) { replace(1); });
  Recorder second([&](uint32_t) { replace(0); });
  recorders[0] = &first;
  recorders[1] = &second;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(loop->watch(signals[i]->fd(), EPOLLIN, *recorders[i]));
    signals[i]->set();
  }
  turn();
  EXPECT_EQ(first.calls + second.calls, 1);
  EXPECT_EQ(newcomer.calls, 0);
  reborn->set();
  turn();
  EXPECT_EQ(newcomer.calls, 1);
}

TEST_F(EventLoopTest, AWatcherMayDestroyItselfWhileItIsCalled) {
  Signal signal;
  int calls = 0;
  struct Mortal final : Watcher {
    Mortal(EventLoop& l, int f, int& c) : loop(l), fd(f), calls(c) {}
    void on_ready(uint32_t) override {
      ++calls;
      loop.unwatch(fd, *this);
      delete this;
    }
    EventLoop& loop;
    int fd;
    int& calls;
  };
  ASSERT_TRUE(loop->watch(signal.fd(), EPOLLIN, *new Mortal(*loop, signal.fd(), calls)));
  signal.set();
  turn();
  turn();
  EXPECT_EQ(calls, 1);
}

TEST_F(EventLoopTest, ATurnDoesDescriptorsThenTimersThenPostedThenDeferredWork) {
  std::vector<std::string> order;
  Signal signal;
  Recorder recorder([&](uint32_t) {
    order.push_back("descriptor");
    signal.clear();
  });
  ASSERT_TRUE(loop->watch(signal.fd(), EPOLLIN, recorder));
  Timer timer([&] { order.push_back("timer"); });
  timer.arm(*loop, loop->now() + 1ms);
  loop->defer([&] { order.push_back("deferred"); });
  loop->post([&] { order.push_back("posted"); });
  signal.set();
  pass(1ms);
  EXPECT_EQ(order, (std::vector<std::string>{"descriptor", "timer", "posted", "deferred"}));
  loop->unwatch(signal.fd(), recorder);
}

TEST_F(EventLoopTest, WhatDeferredWorkDefersRunsInTheNextTurnWhichDoesNotWait) {
  int runs = 0;
  loop->defer([&] {
    ++runs;
    loop->defer([&] { ++runs; });
  });
  turn(1h);
  EXPECT_EQ(runs, 1);
  turn(1h);
  EXPECT_EQ(runs, 2);
}

TEST_F(EventLoopTest, NowStandsStillDuringATurn) {
  Instant first;
  Instant second;
  loop->defer([&] {
    first = loop->now();
    clock.advance(1s);
    second = loop->now();
    loop->refresh_now();
  });
  turn();
  EXPECT_EQ(first, second);
  EXPECT_EQ(loop->now(), first + 1s);
}

TEST_F(EventLoopTest, WorkPostedByOtherThreadsAllRunsInTheLoopsThread) {
  constexpr int kThreads = 4;
  constexpr int kEach = 5000;
  int ran = 0;  // No lock: only the loop's thread may touch it, or tsan says so.
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kEach; ++n) loop->post([&] { ++ran; });
    });
  }
  EXPECT_TRUE(turn_until([&] { return ran == kThreads * kEach; }));
  for (std::thread& thread : threads) thread.join();
}

TEST_F(EventLoopTest, APostWakesALoopThatWaits) {
  std::atomic<bool> waiting{false};
  bool ran = false;
  std::thread poster([&] {
    while (!waiting.load()) std::this_thread::yield();
    loop->post([&] { ran = true; });
  });
  waiting.store(true);
  EXPECT_TRUE(turn_until([&] { return ran; }));
  poster.join();
}

TEST_F(EventLoopTest, StopFromASignalHandlerEndsRun) {
  static EventLoop* stopped;
  stopped = loop.get();
  struct sigaction action {};
  action.sa_handler = [](int) { stopped->stop(); };
  struct sigaction old {};
  ASSERT_EQ(::sigaction(SIGALRM, &action, &old), 0);
  const itimerval soon{{0, 1000}, {0, 1000}};  // Again and again: the first may come before run().
  ASSERT_EQ(::setitimer(ITIMER_REAL, &soon, nullptr), 0);
  EXPECT_TRUE(loop->run());
  const itimerval never{};
  ::setitimer(ITIMER_REAL, &never, nullptr);
  ::sigaction(SIGALRM, &old, nullptr);
}

TEST_F(EventLoopTest, OneStopEndsOneRun) {
  int turns = 0;
  loop->stop();
  EXPECT_TRUE(loop->run());
  loop->defer([&] {
    ++turns;
    loop->stop();
  });
  EXPECT_TRUE(loop->run());
  EXPECT_EQ(turns, 1);
}

TEST_F(EventLoopTest, MoreReadyDescriptorsThanOneTurnTakesAreAllReported) {
  constexpr size_t kCount = EventLoop::kEventsMax + 44;
  std::vector<Signal> signals(kCount);
  Recorder recorder;
  for (const Signal& signal : signals) {
    ASSERT_TRUE(loop->watch(signal.fd(), EPOLLIN | EPOLLET, recorder));
    signal.set();
  }
  turn();
  EXPECT_EQ(recorder.calls, EventLoop::kEventsMax);
  turn();
  EXPECT_EQ(recorder.calls, int{kCount});
}

TEST_F(EventLoopTest, ATimerOfTheRealClockIsNeverEarlyAndIsNotSpunFor) {
  const auto real = EventLoop::create().value();
  bool due = false;
  Timer timer([&] { due = true; });
  const Instant when = real->refresh_now() + 10500us;
  timer.arm(*real, when);
  int turns = 0;
  while (!due) {
    ASSERT_TRUE(real->turn(10s));
    ++turns;
  }
  EXPECT_GE(real->now(), when);
  EXPECT_LE(turns, 2);
}

TEST_F(EventLoopTest, CreatingALoopSurvivesEachSystemCallFailing) {
  for (uint64_t nth = 1;; ++nth) {
    sys::fault::fail_nth(nth);
    const auto made = EventLoop::create(clock);
    const bool happened = sys::fault::happened();
    sys::fault::never();
    if (!happened) {
      EXPECT_TRUE(made);
      EXPECT_EQ(nth, 4u);  // epoll_create1, eventfd, epoll_ctl
      return;
    }
    ASSERT_FALSE(made);
    EXPECT_FALSE(made.error().text.empty());
  }
}

TEST_F(EventLoopTest, AFailedWaitIsAnErrorAndAFailedWakeUpIsTriedAgain) {
  sys::fault::fail_nth(1, "epoll_wait", EINVAL);
  EXPECT_EQ(loop->turn(0ns).error().text, "epoll_wait: Invalid argument");
  sys::fault::fail_nth(1, "epoll_wait", EINTR);
  EXPECT_TRUE(loop->turn(1h));
  bool ran = false;
  sys::fault::fail_nth(1, "write", EAGAIN);
  loop->post([&] { ran = true; });
  sys::fault::never();
  turn(1h);
  EXPECT_TRUE(ran);
}

using EventLoopDeathTest = EventLoopTest;

TEST_F(EventLoopDeathTest, ATurnInsideATurnIsABug) {
  loop->defer([&] { static_cast<void>(loop->turn(0ns)); });
  EXPECT_DEATH(turn(), "!turning_");
}

}  // namespace
}  // namespace svc
