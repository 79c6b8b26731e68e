// loop_fixture.h — a loop on a clock that the test turns by hand, with and without fibers.
#pragma once

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"

namespace svc {

class LoopFixture : public ::testing::Test {
 protected:
  static constexpr int kTurnsMax = 10'000;  // Of 10 ms at most: a lost wake-up fails, not hangs.

  void turn(Duration wait_max = Duration(0)) {
    const auto turned = loop->turn(wait_max);
    ASSERT_TRUE(turned) << turned.error().text;
  }
  void pass(Duration time) {
    clock.advance(time);
    turn();
  }
  // Turns until `fact` holds. For what another thread brings about.
  template <class Fact>
  [[nodiscard]] bool turn_until(Fact fact) {
    for (int i = 0; i < kTurnsMax && !fact(); ++i) turn(10ms);
    return fact();
  }

  FakeClock clock;
  std::unique_ptr<EventLoop> loop = EventLoop::create(clock).value();
};

// The same with fibers on it.
class FiberFixture : public LoopFixture {
 protected:
  // Starts a fiber that must not have ended when this returns.
  template <class Body>
  Fiber* start(Body body) {
    Fiber* const fiber = fibers.spawn(std::move(body)).value();
    EXPECT_NE(fiber, nullptr);
    return fiber;
  }
  // Runs `body` to its end in a fiber; by cancellation is an end too.
  template <class Body>
  void run(Body body) {
    bool ended = false;
    ASSERT_TRUE(fibers.spawn([&] {
      try {
        body();
      } catch (const Cancelled&) {
      }
      ended = true;
    }));
    ASSERT_TRUE(turn_until([&] { return ended; }));
  }

  Fibers fibers{*loop};
};

// A descriptor that is readable from set() to clear().
class Signal {
 public:
  int fd() const noexcept { return fd_.get(); }
  void set() const {
    const uint64_t one = 1;
    ASSERT_EQ(::write(fd_.get(), &one, sizeof one), ssize_t{sizeof one});
  }
  void clear() const {
    uint64_t count = 0;
    ASSERT_EQ(::read(fd_.get(), &count, sizeof count), ssize_t{sizeof count});
  }

 private:
  Fd fd_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

}  // namespace svc
