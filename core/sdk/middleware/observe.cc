#include "core/sdk/middleware/observe.h"

#include <fmt/core.h>

#include "core/base/log.h"
#include "core/loop/fiber.h"
#include "core/sdk/context.h"

namespace svc {
namespace {

constexpr int kClientGone = 499;  // Nobody reads it: for the record alone, as nginx writes it.

double in_ms(Duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

void log_record(const RequestRecord& record) {
  log::info("{} {} {} {} bytes {:.1f} ms from {} (request {})", record.method, record.path,
            record.status, record.bytes, in_ms(record.time), record.peer, record.request_id);
}

// Tells its record when it goes, however the request ends.
class Recording {
 public:
  Recording(Context& ctx, const std::function<void(const RequestRecord&)>& sink)
      : ctx_(ctx), sink_(sink), began_(Clock::steady().now()) {}
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  void tell(int status, size_t bytes) {
    const Request& request = ctx_.request();
    const RequestRecord record{request.method(),
                               request.path(),
                               ctx_.route(),
                               status,
                               bytes,
                               Clock::steady().now() - began_,
                               ctx_.peer(),
                               ctx_.request_id()};
    try {
      sink_(record);
    } catch (const std::exception& e) {
      log::error("a request log failed: {}", e.what());
    }
  }

 private:
  Context& ctx_;
  const std::function<void(const RequestRecord&)>& sink_;
  Instant began_;
};

}  // namespace

Middleware timing() {
  return Middleware("timing", [](Context&, Next& next) {
    const Instant began = Clock::steady().now();
    Outcome& answer = next();
    const double total = in_ms(Clock::steady().now() - began);
    answer.add_header("Server-Timing", fmt::format("total;dur={:.3f}", total));
  });
}

Middleware request_log(std::function<void(const RequestRecord&)> sink) {
  if (!sink) sink = log_record;
  return Middleware("request log", [sink = std::move(sink)](Context& ctx, Next& next) {
    Recording recording(ctx, sink);
    try {
      const Outcome& answer = next();
      recording.tell(answer.status(), answer.body().size());
    } catch (const Cancelled& cancelled) {
      recording.tell(cancelled.reason == CancelReason::client_gone ? kClientGone : 503, 0);
      throw;
    } catch (...) {
      recording.tell(500, 0);
      throw;
    }
  });
}

}  // namespace svc
