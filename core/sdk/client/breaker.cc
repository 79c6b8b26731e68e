#include "core/sdk/client/breaker.h"

#include <algorithm>

#include "core/sdk/client/backoff.h"

namespace svc {
namespace {

int64_t window_step(Instant now) noexcept { return now.time_since_epoch() / CircuitBreaker::kStep; }

}  // namespace

CircuitBreaker::Admission CircuitBreaker::admit(Instant now) noexcept {
  if (state_ == BreakerState::open && now >= open_until_) state_ = BreakerState::half_open;
  switch (state_) {
    case BreakerState::closed:
      return {.allowed = true, .period = period_};
    case BreakerState::open:
      return {.retry_after = open_until_ - now};
    case BreakerState::half_open:
      break;
  }
  // How long the probe takes nobody knows; the next to ask should not be told to come at once.
  if (probing_) return {.retry_after = policy_.open_first};
  probing_ = true;
  return {.allowed = true, .probe = true, .period = period_};
}

void CircuitBreaker::succeeded(const Admission& call, Instant now) noexcept {
  if (call.period != period_) return;
  if (call.probe) return close();
  in_row_ = 0;
  ++count(now).calls;
}

void CircuitBreaker::failed(const Admission& call, Instant now) noexcept {
  if (call.period != period_ || policy_.failures_in_row == 0) return;
  if (call.probe) return open(now);
  ++in_row_;
  Step& step = count(now);
  ++step.calls;
  ++step.failures;
  if (in_row_ >= policy_.failures_in_row || too_many_failures(now)) open(now);
}

void CircuitBreaker::abandoned(const Admission& call) noexcept {
  if (call.probe && call.period == period_) probing_ = false;
}

BreakerState CircuitBreaker::state(Instant now) const noexcept {
  return state_ == BreakerState::open && now >= open_until_ ? BreakerState::half_open : state_;
}

CircuitBreaker::Step& CircuitBreaker::count(Instant now) noexcept {
  Step& entry = window_[static_cast<size_t>(window_step(now)) % kSteps];
  if (entry.step != window_step(now)) entry = {.step = window_step(now)};
  return entry;
}

bool CircuitBreaker::too_many_failures(Instant now) const noexcept {
  const int64_t oldest = window_step(now) - static_cast<int64_t>(kSteps) + 1;
  uint64_t calls = 0, failures = 0;
  for (const Step& each : window_) {
    if (each.step < oldest) continue;
    calls += each.calls;
    failures += each.failures;
  }
  return calls >= policy_.calls_min && failures * 100 >= calls * policy_.failure_percent;
}

void CircuitBreaker::open(Instant now) noexcept {
  ++openings_in_row_;
  ++opened_;
  ++period_;
  state_ = BreakerState::open;
  probing_ = false;
  // Without jitter: each worker has opened at a moment of its own.
  const BackoffPolicy times{policy_.open_first, policy_.open_max};
  open_until_ = now + backoff_before(openings_in_row_, times, 1.0);
}

void CircuitBreaker::close() noexcept {
  state_ = BreakerState::closed;
  probing_ = false;
  in_row_ = 0;
  openings_in_row_ = 0;
  window_ = {};
  ++period_;
}

}  // namespace svc
