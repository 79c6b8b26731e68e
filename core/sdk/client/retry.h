// retry.h — whether a call that did not go well may be tried again, and after how long.
//
// Why it is careful: a request that the upstream has worked on may have happened. Only three kinds
// are safe: those that mean the same twice (idempotent methods, RFC 9110 9.2.2), those of which no
// byte left this host, and those that the upstream itself asks to be sent again (503 or 429 with
// Retry-After). A body that is streamed can't be sent twice.
//
// Pure. The budget (budget.h) is asked after this has said yes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/clock.h"
#include "core/sdk/client/backoff.h"

namespace svc {

// What became of one attempt.
struct AttemptEnd {
  int status = 0;         // 0: there is no answer.
  bool reached = false;   // A byte of the request may have reached the upstream.
  bool hopeless = false;  // The next one would end like this one: the answer is too large …
  std::optional<Duration> retry_after{};
};

struct RetryFacts {
  size_t attempt = 1;  // This was the …th.
  size_t attempts_max = 1;
  bool idempotent = false;
  bool body_spent = false;         // A streamed body has been begun.
  std::optional<Duration> left{};  // Until the call's deadline.
  double unit = 0;                 // A random number, 0 ≤ unit < 1.
};

struct RetryVerdict {
  bool retry = false;
  Duration wait{};
};

inline constexpr Duration kRetryAfterMax = 10s;  // Longer ones are passed on to the caller.

bool is_idempotent(std::string_view method) noexcept;
// An answer that says that the upstream can't serve just now: 429, 502, 503, 504.
bool is_unavailable(int status) noexcept;
RetryVerdict decide_retry(const AttemptEnd& end, const RetryFacts& facts,
                          const BackoffPolicy& backoff) noexcept;

// RFC 9110 10.2.3: seconds, or a date in any of HTTP's three forms. A date is by the upstream's
// clock, and so is `sent`, the Date of the same answer ("" if it has none): the wait is what lies
// between the two, whatever our own clock says. Only without a Date that can be read it is `now_s`,
// the wall clock, that it counts from. A date that has passed is no wait; nullopt: neither of the
// forms.
std::optional<Duration> parse_retry_after(std::string_view value, std::string_view sent,
                                          int64_t now_s) noexcept;

}  // namespace svc
