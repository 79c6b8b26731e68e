// worker.h — what a worker process has around an App, in a test's own thread.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"
#include "core/loop/offload.h"
#include "core/sdk/app.h"
#include "core/sdk/host.h"
#include "core/sdk/testing/client.h"
#include "core/sdk/testing/fake_time.h"

namespace svc::testing {

// Members in the order in which a worker needs them.
struct Client::Worker {
  explicit Worker(const ClientSetup& setup);

  // In a fiber, until it has ended. Throws std::runtime_error when that takes too long.
  void run(std::move_only_function<void()> body);
  bool turn_until(const std::function<bool()>& fact, std::chrono::milliseconds time);
  void settle();  // Turns until there is nothing to do now.
  void turn();

  std::chrono::milliseconds patience{30'000};
  std::unique_ptr<FakeTime> time;  // nullptr: real.
  std::unique_ptr<EventLoop> loop;
  Fibers fibers{*loop};
  OffloadPool pool{*loop, {}};
  WorkerBinding binding;
  App app;
};

}  // namespace svc::testing
