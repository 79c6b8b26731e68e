#include "core/sdk/testing/worker.h"

#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "core/base/check.h"

namespace svc::testing {
namespace {

[[noreturn]] void fail_with(const Error& error) { throw std::runtime_error(error.text); }

std::unique_ptr<EventLoop> make_loop(const Clock& clock) {
  auto loop = EventLoop::create(clock);
  if (!loop) fail_with(loop.error());
  return *std::move(loop);
}

const Clock& clock_of(const std::unique_ptr<FakeTime>& time) {
  return time ? static_cast<const Clock&>(*time) : Clock::steady();
}

}  // namespace

Client::Worker::Worker(const ClientSetup& setup)
    : time(setup.fake_time ? std::make_unique<FakeTime>() : nullptr),
      loop(make_loop(clock_of(time))),
      binding({"test", 0, 1, ::getpid()}, &pool, {}, clock_of(time)),
      app(Options("service.test.options", setup.options)) {}

// With fake time: when nothing was to be done, nothing runs in the pool and nothing arrives for a
// moment of real time, everybody waits for the clock.
void Client::Worker::turn() {
  const auto wait = time ? 1ms : 100ms;
  if (auto turned = loop->turn(wait); !turned) fail_with(turned.error());
  if (!time || loop->worked() || pool.running() + pool.queued() > 0) return;
  if (const auto next = loop->next_timer()) time->advance_to(*next);
}

bool Client::Worker::turn_until(const std::function<bool()>& fact,
                                std::chrono::milliseconds limit) {
  const Instant give_up = Clock::steady().now() + limit;
  while (!fact()) {
    if (Clock::steady().now() > give_up) return false;
    turn();
  }
  return true;
}

void Client::Worker::settle() {
  do {
    if (auto turned = loop->turn(0ms); !turned) fail_with(turned.error());
  } while (loop->worked());
}

void Client::Worker::run(std::move_only_function<void()> body) {
  bool done = false;
  auto fiber = fibers.spawn([&] {
    try {
      body();
    } catch (const Cancelled&) {  // By us, below.
    }
    done = true;
  });
  if (!fiber) fail_with(fiber.error());
  const auto ended = [&] { return done; };
  if (turn_until(ended, patience)) return;
  // It refers to this stack: there is no way out for us before it has ended.
  (*fiber)->cancel(CancelReason::drain);
  SVC_CHECK(turn_until(ended, 30s));
  throw std::runtime_error("no end within " + std::to_string(patience.count()) + " ms");
}

}  // namespace svc::testing
