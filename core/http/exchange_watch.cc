// exchange_watch.cc — what time means for a handler that waits: it is told as slow, and comes to
// its deadline.
#include <algorithm>

#include "core/http/connection.h"
#include "core/http/exchange.h"
#include "core/http/server_core.h"
#include "core/http/slow_request.h"

namespace svc {
namespace {

// A handler that is cancelled has left the place where it waited: it is looked at a little earlier.
constexpr Duration kBeforeTheEnd = 1ms;

}  // namespace

Instant ServedExchange::before_the_end() const noexcept {
  return deadline_ == kNever ? kNever : deadline_ - kBeforeTheEnd;
}

void ServedExchange::watch_time() {
  if (!watch_timer_.armed()) watch_again();
}

void ServedExchange::watch_again() {
  Instant next = deadline_;
  if (core_.slow_observer != nullptr && !plan_->endless) {
    if (!end_told_) next = std::min(next, before_the_end());
    if (slow_at_ != Instant{}) next = std::min(next, slow_at_);
  }
  if (next != kNever) watch_timer_.arm(core_.loop, next);
}

void ServedExchange::on_watch() {
  if (connection_ == nullptr || finished_ || fiber_ == nullptr) return;
  const Instant now = core_.loop.now();
  const bool ends = now >= before_the_end() && !end_told_;
  if (ends) {
    end_told_ = true;  // First, though it may be late already: then nobody could see where it was.
  } else if (now >= deadline_) {
    return connection_->on_deadline();
  } else if (waits_ != Waits::nothing) {
    slow_at_ = now + core_.limits.slow_request;  // It is the client that it waits for.
    return watch_again();
  }
  slow_at_ = {};
  if (core_.slow_observer != nullptr)
    core_.slow_observer->request_slow({*this, *fiber_, now - started_, ends});
  if (now >= deadline_) return connection_->on_deadline();
  watch_again();
}

}  // namespace svc
