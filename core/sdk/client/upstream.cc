#include "core/sdk/client/upstream.h"

#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/loop/fiber.h"

namespace svc {
namespace {

BreakerPolicy breaker_policy(const UpstreamOptions& options) {
  return {.failures_in_row = options.breaker_failures,
          .failure_percent = options.breaker_percent,
          .calls_min = options.breaker_calls,
          .open_first = options.breaker_open,
          .open_max = options.breaker_open_max};
}

BalancePolicy balance_policy(const UpstreamOptions& options) {
  return {.balance = options.balance,
          .failures_in_row = options.eject_failures,
          .eject_first = options.eject_time,
          .eject_max = options.eject_time * 10};
}

}  // namespace

Upstream::Upstream(std::string name, UpstreamOptions options, std::vector<ClientUrl> urls)
    : name_(std::move(name)),
      options_(std::move(options)),
      breaker_(breaker_policy(options_)),
      budget_(BudgetPolicy{.percent = options_.retry_percent}),
      balancer_(urls.size(), balance_policy(options_)) {
  for (ClientUrl& url : urls) endpoints_.push_back(std::make_unique<Endpoint>(std::move(url)));
}

void Upstream::end_attempt(size_t endpoint, const CircuitBreaker::Admission& admission,
                           Balancer::Outcome outcome, Instant now) {
  balancer_.end(endpoint, outcome, now);
  switch (outcome) {
    case Balancer::Outcome::succeeded:
      breaker_.succeeded(admission, now);
      break;
    case Balancer::Outcome::failed:
      slot_->failures.add();
      breaker_.failed(admission, now);
      break;
    case Balancer::Outcome::abandoned:
      breaker_.abandoned(admission);
      break;
  }
  note_state(now);
}

void Upstream::note_state(Instant now) {
  const BreakerState state = breaker_.state(now);
  slot_->breaker.set(static_cast<uint64_t>(state));
  slot_->ejected.set(balancer_.ejected(now));
  slot_->opened.add(breaker_.opened() - std::exchange(opened_shown_, breaker_.opened()));
  if (state == told_) return;
  told_ = state;
  if (state == BreakerState::open) {
    log::warn("upstream {}: too many calls fail: none goes out for a while", name_);
  } else if (state == BreakerState::closed) {
    log::info("upstream {}: it answers again", name_);
  }
}

std::optional<Instant> Upstream::reserve(size_t endpoint, Instant now, Instant latest) noexcept {
  if (options_.interval.count() == 0) return now;
  Instant& next = this->endpoint(endpoint).next_request;
  const Instant at = std::max(now, next);
  if (at >= latest) return std::nullopt;
  next = at + options_.interval;
  return at;
}

void Upstream::log_failure(std::string_view kind, std::string_view text,
                           std::string_view request_id) {
  std::string line(text);
  if (!request_id.empty()) line.append(" (request ").append(request_id).append(")");
  const Fiber* const fiber = Fiber::current();
  if (fiber == nullptr || log::enabled(LogLevel::debug))
    return log::warn("upstream {}: {}", name_, line);
  loop_ = &fiber->owner().loop();
  const Instant now = loop_->clock().now();
  tell_counted(now);
  if (tally_.admit(kind, line, now)) log::warn("upstream {}: {}", name_, line);
  if (const auto next = tally_.next(); next && !tell_timer_.armed()) tell_timer_.arm(*loop_, *next);
}

void Upstream::tell_counted(Instant now) {
  for (const std::string& line : tally_.due(now)) log::warn("upstream {}: {}", name_, line);
  if (const auto next = tally_.next()) tell_timer_.arm(*loop_, *next);
}

}  // namespace svc
