#include "core/sdk/client/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "core/http/http_date.h"

namespace svc {
namespace {

bool is_safe(const AttemptEnd& end, const RetryFacts& facts) noexcept {
  if (end.hopeless) return false;
  if (end.status == 0) return facts.idempotent || !end.reached;
  if (!is_unavailable(end.status)) return false;
  const bool asked_to = end.retry_after && (end.status == 503 || end.status == 429);
  // A 429 without a time is a no, not a failure.
  return asked_to || (facts.idempotent && end.status != 429);
}

}  // namespace

bool is_idempotent(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 6> kMethods = {"GET",    "HEAD",    "PUT",
                                                        "DELETE", "OPTIONS", "TRACE"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

bool is_unavailable(int status) noexcept {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

RetryVerdict decide_retry(const AttemptEnd& end, const RetryFacts& facts,
                          const BackoffPolicy& backoff) noexcept {
  if (facts.attempt >= facts.attempts_max || facts.body_spent || !is_safe(end, facts)) return {};
  Duration wait = backoff_before(facts.attempt, backoff, facts.unit);
  if (end.retry_after) {
    if (*end.retry_after > kRetryAfterMax) return {};
    wait = std::max(wait, *end.retry_after);
  }
  if (facts.left && wait >= *facts.left) return {};
  return {.retry = true, .wait = wait};
}

std::optional<Duration> parse_retry_after(std::string_view value, std::string_view sent,
                                          int64_t now_s) noexcept {
  // More than a caller ever waits, and a Duration holds it: 136 years.
  constexpr int64_t kSecondsMax = std::numeric_limits<uint32_t>::max();
  const bool is_number = !value.empty() && value.find_first_not_of("0123456789") == value.npos;
  int64_t seconds = kSecondsMax;
  if (is_number) {
    std::from_chars(value.data(), value.data() + value.size(), seconds);  // Too large: as it was.
  } else if (const auto date = parse_http_date(value, now_s)) {
    seconds = *date - parse_http_date(sent, now_s).value_or(now_s);
  } else {
    return std::nullopt;
  }
  return std::chrono::seconds(std::clamp<int64_t>(seconds, 0, kSecondsMax));
}

}  // namespace svc
