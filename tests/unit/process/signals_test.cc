#include "core/process/signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

namespace svc {
namespace {

constexpr int kTwoSignals[] = {SIGUSR1, SIGHUP};

TEST(SignalSource, TurnsSignalsIntoEvents) {
  auto loop = std::move(*EventLoop::create());
  std::vector<int> seen;
  auto source = SignalSource::open(*loop, kTwoSignals, [&](int signal) { seen.push_back(signal); });
  ASSERT_TRUE(source);
  ::kill(::getpid(), SIGUSR1);
  ::kill(::getpid(), SIGHUP);
  ASSERT_TRUE(loop->turn(0s));
  EXPECT_EQ(seen.size(), 2U);
}

TEST(SignalSource, HearsWhatItsParentIgnored) {
  auto loop = std::move(*EventLoop::create());
  ::signal(SIGHUP, SIG_IGN);
  std::vector<int> seen;
  {
    auto source =
        SignalSource::open(*loop, kTwoSignals, [&](int signal) { seen.push_back(signal); });
    ASSERT_TRUE(source);
    ::kill(::getpid(), SIGHUP);
    ASSERT_TRUE(loop->turn(0s));
  }
  EXPECT_EQ(seen, std::vector{SIGHUP});
  EXPECT_EQ(::signal(SIGHUP, SIG_DFL), SIG_IGN) << "as it was";
}

TEST(SignalSource, GivesBackTheMaskAndTheDisposition) {
  auto loop = std::move(*EventLoop::create());
  ::signal(SIGPIPE, SIG_DFL);
  {
    auto source = SignalSource::open(*loop, kTwoSignals, [](int) {});
    ASSERT_TRUE(source);
    struct sigaction pipe {};
    ::sigaction(SIGPIPE, nullptr, &pipe);
    EXPECT_EQ(pipe.sa_handler, SIG_IGN);
  }
  sigset_t mask;
  ::sigprocmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_EQ(::sigismember(&mask, SIGHUP), 0);
  struct sigaction pipe {};
  ::sigaction(SIGPIPE, nullptr, &pipe);
  EXPECT_EQ(pipe.sa_handler, SIG_DFL);
}

}  // namespace
}  // namespace svc
