// slow_request.h — a request that takes longer than it should, while it still does.
//
// Why while: afterwards nobody knows what it waited for. Twice at most for each request: after
// HttpLimits::slow_request of the handler's time, and just before its deadline cancels it. Looked
// at by the one timer that a request which waits has anyway; one that never waits pays nothing, and
// one that keeps the loop from turning is the master's to notice.
//
// Thread: the worker's loop.
#pragma once

#include "core/base/clock.h"
#include "core/http/application.h"
#include "core/loop/fiber.h"

namespace svc {

struct SlowRequest {
  const Exchange& exchange;
  Fiber& fiber;       // Of its handler; it waits.
  Duration took{};    // So far.
  bool ends = false;  // Its deadline comes now.
};

class SlowObserver {
 public:
  virtual void request_slow(const SlowRequest& request) noexcept = 0;

 protected:
  ~SlowObserver() = default;
};

}  // namespace svc
