// upstream.h — one upstream as a worker knows it: its addresses, and how it has done lately.
//
// Why one per name, or per origin for calls to URLs: breaker, budget and balance are about who is
// called, not about who calls. Each worker has its own: nothing is shared but what is shown.
//
// Thread: the loop's. Clock: passed in.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/board/board.h"
#include "core/http/client/failure.h"
#include "core/http/client/origin.h"
#include "core/loop/timer.h"
#include "core/sdk/client/balancer.h"
#include "core/sdk/client/breaker.h"
#include "core/sdk/client/budget.h"
#include "core/sdk/client/failure_tally.h"
#include "core/sdk/client/robots_file.h"
#include "core/sdk/client/upstream_options.h"

namespace svc {

class Upstream {
 public:
  struct Endpoint {
    explicit Endpoint(ClientUrl at) : url(std::move(at)) {}
    ClientUrl url;
    Instant next_request{};  // Politeness: not before this.
    RobotsFile robots;
  };

  // REQUIRES: at least one URL.
  Upstream(std::string name, UpstreamOptions options, std::vector<ClientUrl> urls);
  Upstream(const Upstream&) = delete;
  Upstream& operator=(const Upstream&) = delete;

  const std::string& name() const noexcept { return name_; }
  const UpstreamOptions& options() const noexcept { return options_; }
  Endpoint& endpoint(size_t index) noexcept { return *endpoints_[index]; }

  CircuitBreaker& breaker() noexcept { return breaker_; }
  RetryBudget& budget() noexcept { return budget_; }
  Balancer& balancer() noexcept { return balancer_; }
  UpstreamSlot& slot() noexcept { return *slot_; }
  void show_in(UpstreamSlot& slot) noexcept { slot_ = &slot; }

  // How an attempt ended: for breaker, balance, and whoever looks at the board.
  void end_attempt(size_t endpoint, const CircuitBreaker::Admission& admission,
                   Balancer::Outcome outcome, Instant now);
  // When the next request to this endpoint may go out, and takes that moment; nullopt: only after
  // `latest`.
  std::optional<Instant> reserve(size_t endpoint, Instant now, Instant latest) noexcept;
  // A line for the log about a call that failed, for the request `request_id` ("" for none): at
  // most one a second and `kind`, the others are counted (failure_tally.h); at level debug all.
  void log_failure(std::string_view kind, std::string_view text, std::string_view request_id);

 private:
  void note_state(Instant now);
  void tell_counted(Instant now);

  std::string name_;
  UpstreamOptions options_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  CircuitBreaker breaker_;
  RetryBudget budget_;
  Balancer balancer_;
  UpstreamSlot own_slot_;
  UpstreamSlot* slot_ = &own_slot_;
  BreakerState told_ = BreakerState::closed;
  uint64_t opened_shown_ = 0;  // Of breaker_.opened().
  FailureTally tally_;
  EventLoop* loop_ = nullptr;  // Of who failed first.
  Timer tell_timer_{[this] { tell_counted(loop_->now()); }};
};

}  // namespace svc
