#include "core/process/strays.h"

#include <gtest/gtest.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "tests/support/temp_dir.h"

namespace svc {
namespace {

class StraysTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    loop_ = std::move(*loop);
  }
  // The socket that the workers of a former master hold.
  void listen() {
    listening_ = Fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listening_.get(), 8), 0);
  }
  Channel accept() {
    return Channel(Fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)));
  }
  // A worker that answers a call; its end of the new life-line.
  Channel answer(std::string_view introduction) {
    Channel call = accept();
    const int something = STDERR_FILENO;
    EXPECT_TRUE(call.send(ChannelKind::orphan, 0, introduction, {&something, 1}));
    return call;
  }
  void turn_until(const std::function<bool()>& fact) {
    for (int i = 0; i < 500; ++i) {
      if (fact()) return;
      ASSERT_TRUE(loop_->turn(10ms));
    }
    ADD_FAILURE() << "it never happened";
  }

  testing::TempDir dir_;
  const std::string path_ = dir_.file("orphan");
  Fd listening_;
  std::unique_ptr<EventLoop> loop_;
};

TEST_F(StraysTest, NobodyIsThereIfNobodyHoldsTheSocket) {
  Strays strays(*loop_);
  EXPECT_FALSE(strays.call(path_));
  listen();
  listening_.reset();
  EXPECT_FALSE(strays.call(path_));
  strays.watch();
  EXPECT_TRUE(loop_->turn(0ms));
}

TEST_F(StraysTest, WhoDoesNotAnswerHoldsNothingUp) {
  listen();
  Strays strays(*loop_);
  ASSERT_TRUE(strays.call(path_));
  const Instant before = loop_->refresh_now();
  strays.meet({}, [] { return false; });
  EXPECT_GE(loop_->refresh_now() - before, Strays::kAnswerTime - 2ms);
  EXPECT_LT(loop_->now() - before, 20 * Strays::kAnswerTime);
  strays.meet({}, [] { return true; });
  EXPECT_EQ(strays.size(), 0u);
}

TEST_F(StraysTest, AreMetLaterTooToldOnceAndForgottenWhenTheyEnd) {
  listen();
  Strays strays(*loop_);
  ASSERT_TRUE(strays.call(path_));
  Channel early = answer("users 3 7 4711");
  strays.meet([](const StrayFacts&, Estate) { ADD_FAILURE() << "that is no store"; },
              [&] { return strays.size() == 1; });
  ASSERT_EQ(strays.size(), 1u);
  strays.watch();
  Channel late = answer("tasks 0 2 4712");
  turn_until([&] { return strays.size() == 2; });
  EXPECT_EQ(strays.waiting(), 2u);
  for (int i = 0; i < 2; ++i)
    strays.tell(ChannelKind::retire, 5s, [](const StrayFacts& stray) {
      return stray.service == "users" && stray.index == 3 && stray.uid == ::geteuid();
    });
  EXPECT_EQ(strays.waiting(), 1u);
  const auto told = early.receive();
  ASSERT_TRUE(told && *told);
  EXPECT_EQ((*told)->kind, ChannelKind::retire);
  EXPECT_EQ((*told)->number, 5000u);
  EXPECT_FALSE(*early.receive()) << "once";
  EXPECT_FALSE(*late.receive());
  early = Channel();
  turn_until([&] { return strays.size() == 1; });
}

TEST_F(StraysTest, WhatIsNoIntroductionMakesNoStray) {
  listen();
  Strays strays(*loop_);
  ASSERT_TRUE(strays.call(path_));
  strays.watch();
  for (const char* text : {"", "users", "users x 1 2", "users 1 1", " 1 1 1"}) {
    Channel call;
    turn_until([&] { return (call = accept()).descriptor() >= 0; });
    const int something = STDERR_FILENO;
    ASSERT_TRUE(call.send(ChannelKind::orphan, 0, text, {&something, 1}));
    turn_until([&] {  // It is hung up on.
      const auto message = call.receive();
      return !message;
    });
  }
  EXPECT_EQ(strays.size(), 0u);
}

TEST_F(StraysTest, WhoNeverStopsTalkingIsNotListenedTo) {
  listen();
  Strays strays(*loop_);
  ASSERT_TRUE(strays.call(path_));
  strays.watch();
  Channel chatty = answer("users 3 7 4711");
  turn_until([&] { return strays.size() == 1; });
  turn_until([&] {
    while (chatty.send(ChannelKind::ready)) {
    }
    return strays.size() == 0;
  });
}

}  // namespace
}  // namespace svc
