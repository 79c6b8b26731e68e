// breaker.h — stops calling an upstream that is down, and finds out when it is up again.
//
//   closed ──too many failures──► open ──its time is up──► half-open ──probe succeeded──► closed
//                                  ▲                            │
//                                  └────────probe failed────────┘   (open twice as long)
//
// Why: calls to what is down cost their timeout each, pile up in the caller, and keep the upstream
// from recovering. An open breaker answers at once. Failures are counted in a row (dead at once)
// and as a share of a rolling window (half dead). One probe at a time is let through when
// half-open.
//
// A decision is pure: what happened and when is passed in. Threads: the loop's; one per upstream
// and worker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/clock.h"

namespace svc {

struct BreakerPolicy {
  uint32_t failures_in_row = 5;   // Opens. 0: no breaker at all.
  uint32_t failure_percent = 50;  // Opens, once the window has so many calls:
  uint32_t calls_min = 20;
  Duration open_first = 1s;  // How long it stays open; doubles while probes fail,
  Duration open_max = 30s;   // to this.
};

enum class BreakerState : uint8_t { closed, open, half_open };

class CircuitBreaker {
 public:
  static constexpr Duration kStep = 1s;
  static constexpr size_t kSteps = 10;  // The window.

  // Of one call; handed back with its end.
  struct Admission {
    bool allowed = false;
    bool probe = false;
    uint64_t period = 0;     // Calls of an earlier period change nothing: they began before the
                             // breaker opened.
    Duration retry_after{};  // Not allowed: when it is worth another try.
  };

  explicit CircuitBreaker(BreakerPolicy policy = {}) noexcept : policy_(policy) {}

  Admission admit(Instant now) noexcept;
  // Each allowed call ends in one of these.
  void succeeded(const Admission& call, Instant now) noexcept;
  void failed(const Admission& call, Instant now) noexcept;
  void abandoned(const Admission& call) noexcept;  // Cancelled by the caller: says nothing.

  BreakerState state(Instant now) const noexcept;
  uint64_t opened() const noexcept { return opened_; }  // How often, since the start.

 private:
  struct Step {
    int64_t step = -1;
    uint32_t calls = 0;
    uint32_t failures = 0;
  };

  Step& count(Instant now) noexcept;
  bool too_many_failures(Instant now) const noexcept;
  void open(Instant now) noexcept;
  void close() noexcept;

  BreakerPolicy policy_;
  BreakerState state_ = BreakerState::closed;
  std::array<Step, kSteps> window_{};
  uint32_t in_row_ = 0;
  uint32_t openings_in_row_ = 0;
  Instant open_until_{};
  bool probing_ = false;
  uint64_t period_ = 0;
  uint64_t opened_ = 0;
};

}  // namespace svc
