// background.h — work that goes on when the answer has been given: mails, indexes, clean-up.
//
//   app.post("/orders", [](svc::Context& ctx, NewOrder in) {
//     Order order = save(in);
//     ctx.background([order] { send_mail(order); });   // Begins when this handler has answered.
//     return svc::Created(order);
//   });
//   app.on_start([] {
//     svc::background([] { for (;; svc::sleep_for(1min)) refresh(); }, svc::AtStop::cancel);
//   });
//
// Why not a svc::Group: that belongs to the handler that made it, and ends with it. Background work
// belongs to the worker: it runs in a fiber of its own, without a request and without a deadline,
// and everything that waits (svc::sleep_for, svc::http, svc::offload) may be used. What it refers
// to must be its own: copy it in, or hold it by shared_ptr.
//
// An exception that leaves it is logged, with the request's id, and counted; nothing else suffers.
// At a stop, a reload or a recycling the worker waits for it once its requests are answered, until
// graceful_timeout is over; what then still runs is cancelled. A worker that is killed loses it:
// work that must not be lost belongs in a database.
//
// Threads: called in handlers, hooks and background work, pool threads included. Without a worker
// (a test without a loop) the work is done at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "core/base/api.h"

namespace svc {

// What becomes of work that runs when its worker is to end.
enum class AtStop : uint8_t {
  finish,  // It is waited for.
  cancel,  // For what never ends by itself: svc::Cancelled at its next wait, when the last request
           // has been answered.
};

// How many pieces of background work one worker has at most.
inline constexpr size_t kBackgroundMax = 1000;

// Begins when the caller waits next, or has returned. Throws Problem 503 at kBackgroundMax.
SVC_API void background(std::move_only_function<void()> work, AtStop at_stop = AtStop::finish);

// Of this worker, since it began.
struct BackgroundFigures {
  size_t running = 0;  // Or about to.
  uint64_t done = 0;
  uint64_t failed = 0;     // An exception has left them.
  uint64_t cancelled = 0;  // At the worker's end.
};
SVC_API BackgroundFigures background_figures() noexcept;

}  // namespace svc
