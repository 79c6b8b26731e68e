// budget.h — how many retries a worker may add to what it asks of an upstream.
//
// Why: an upstream that fails under load gets up to `attempts` times the load from clients that
// retry. A budget in proportion to the calls bounds that: with 20 %, 1000 calls bring 1200 requests
// at worst, however bad things are. A small allowance a second lets a quiet service retry at all
// (as in Finagle's RetryBudget and Envoy's retry_budget).
//
// A window of ten seconds in steps of one. Clock: passed in. Threads: the loop's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/clock.h"

namespace svc {

struct BudgetPolicy {
  uint32_t percent = 20;    // Retries and hedges per hundred calls. 0: none but the allowance.
  uint32_t per_second = 3;  // What is allowed beside.
};

class RetryBudget {
 public:
  static constexpr Duration kStep = 1s;
  static constexpr size_t kSteps = 10;

  explicit RetryBudget(BudgetPolicy policy = {}) noexcept : policy_(policy) {}

  void call(Instant now) noexcept;           // One call begins: its share is added.
  bool try_retry(Instant now) noexcept;      // Takes one retry; false: there is none left.
  int64_t left(Instant now) const noexcept;  // In hundredths of a retry.

 private:
  static int64_t step_of(Instant now) noexcept { return now.time_since_epoch() / kStep; }
  int64_t& account(Instant now) noexcept;  // Of this step; older ones are forgotten.

  BudgetPolicy policy_;
  std::array<int64_t, kSteps> balance_{};  // Earned minus spent, by step, in hundredths.
  std::array<int64_t, kSteps> step_{};     // Which step each entry is of.
};

}  // namespace svc
