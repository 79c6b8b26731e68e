// concurrency.h — so many requests at once in a worker, a queue for a few more, and no for the
// rest.
//
//   app.post("/reports", make_report).concurrency(2, 10);     // 2 run, 10 wait, then 503
//   app.use(svc::concurrency({.at_once = 200, .queue = 400, .wait = 2s}));   // the whole service
//
// Why: under more load than there is room for, a short queue answers those in it in time and tells
// the others at once; a long one answers everybody too late. Who is turned away, or has waited for
// `wait`, gets 503 with Retry-After.
//
// Process: each worker counts its own. Waiters are served in their order; one whose client goes
// leaves the queue.
#pragma once

#include <cstddef>
#include <memory>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/sdk/guard.h"

namespace svc {

struct ConcurrencyOptions {
  size_t at_once = 1;
  size_t queue = 0;     // That may wait.
  Duration wait = 10s;  // At most; the request's own deadline counts besides.
};

// For use() and guard(). One object is one limit, over all routes that it guards. Throws
// std::invalid_argument for at_once 0.
SVC_API std::shared_ptr<Guard> concurrency(ConcurrencyOptions options);
SVC_API std::shared_ptr<Guard> concurrency(size_t at_once, size_t queue = 0);

}  // namespace svc
