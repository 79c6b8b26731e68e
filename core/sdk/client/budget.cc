#include "core/sdk/client/budget.h"

namespace svc {
namespace {

constexpr int64_t kOneRetry = 100;

}  // namespace

int64_t& RetryBudget::account(Instant now) noexcept {
  const int64_t step = step_of(now);
  const size_t at = static_cast<size_t>(step) % kSteps;
  if (step_[at] != step) {
    step_[at] = step;
    balance_[at] = 0;
  }
  return balance_[at];
}

void RetryBudget::call(Instant now) noexcept { account(now) += policy_.percent; }

int64_t RetryBudget::left(Instant now) const noexcept {
  const int64_t oldest = step_of(now) - static_cast<int64_t>(kSteps) + 1;
  int64_t sum = static_cast<int64_t>(policy_.per_second * kSteps) * kOneRetry;
  for (size_t i = 0; i < kSteps; ++i) {
    if (step_[i] >= oldest) sum += balance_[i];
  }
  return sum;
}

bool RetryBudget::try_retry(Instant now) noexcept {
  if (left(now) < kOneRetry) return false;
  account(now) -= kOneRetry;
  return true;
}

}  // namespace svc
