// live.h — one request in flight in a test: its exchange, the fiber that serves it.
#pragma once

#include <memory>

#include "core/loop/fiber.h"
#include "core/sdk/testing/exchange.h"
#include "core/sdk/testing/worker.h"

namespace svc::testing {

struct Live::State {
  State(Client::Worker& of, const FakeExchange::Setup& setup) : worker(of), exchange(setup) {}

  void start(std::optional<std::chrono::milliseconds> deadline);
  // Throws std::runtime_error when it takes too long; the handler has ended then.
  void wait_for(const std::function<bool()>& fact);
  void end();  // Cancels what still runs, and waits for its end.

  Client::Worker& worker;
  FakeExchange exchange;
  Fiber* fiber = nullptr;  // While it runs.
  bool done = false;
  size_t read = 0;  // Parts that were given out.
};

}  // namespace svc::testing
