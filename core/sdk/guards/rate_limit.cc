#include "core/sdk/guards/rate_limit.h"

#include <fmt/core.h>

#include <array>
#include <atomic>
#include <stdexcept>

#include "core/base/units.h"
#include "core/sdk/context.h"
#include "core/sdk/guards/peer_key.h"
#include "core/sdk/guards/rate_limit_fields.h"
#include "core/sdk/guards/rate_table.h"
#include "core/sdk/host.h"
#include "core/sdk/middleware.h"
#include "core/sdk/problem.h"

namespace svc {
namespace {

constexpr uint64_t kCountMax = 1'000'000'000;
constexpr Duration kPerMax = std::chrono::hours(24) * 366;
constexpr uint64_t kDepthMaxNs = uint64_t{10} * 366 * 24 * 3600 * 1'000'000'000;

uint64_t seconds_up(uint64_t ns) noexcept { return (ns + 999'999'999) / 1'000'000'000; }

// The same in all workers, for they make the same routes in the same order.
std::string next_limit_name() {
  static std::atomic<unsigned> made{0};
  return fmt::format("limit-{}", made.fetch_add(1) + 1);
}

void check_limit(const RateLimitOptions& options) {
  const auto refuse = [](std::string_view what) {
    throw std::invalid_argument(fmt::format("rate_limit: {}", what));
  };
  if (options.count < 1 || options.count > kCountMax) refuse("count is 1 to 10^9");
  if (options.per <= Duration(0) || options.per > kPerMax) refuse("per is above 0, up to 366 days");
  if (options.burst > kCountMax || options.cost < 1 || options.cost > kCountMax)
    refuse("burst and cost are at most 10^9, cost at least 1");
  const auto interval =
      static_cast<double>(options.per.count()) / static_cast<double>(options.count);
  if (interval * static_cast<double>(options.burst) > static_cast<double>(kDepthMaxNs))
    refuse("burst is more than 10 years' worth");
  for (const char letter : options.name)
    if (letter < ' ' || letter > '~' || letter == '"' || letter == '\\')
      refuse("name is printable, without quotes and backslashes");
}

RateLimitOptions completed(RateLimitOptions options) {
  if (options.burst == 0) options.burst = options.count;
  check_limit(options);
  if (options.name.empty()) options.name = next_limit_name();
  if (!options.key) options.key = by_peer();
  return options;
}

class RateLimit final : public Guard {
 public:
  explicit RateLimit(RateLimitOptions options)
      : limiter_(std::move(options)),
        shown_(fmt::format("rate limit {} in {}", limiter_.options().count,
                           format_duration(limiter_.options().per))) {}

  void around(Context& ctx, Next& next) override {
    limiter_.take(ctx, limiter_.options().key(ctx));
    next();
  }
  std::string_view name() const noexcept override { return shown_; }
  std::span<const int> statuses() const noexcept override {
    static constexpr std::array kStatuses = {429};
    return kStatuses;
  }

 private:
  RateLimiter limiter_;
  std::string shown_;
};

}  // namespace

RateKey by_peer() {
  return [](Context& ctx) { return peer_key(ctx.peer()); };
}

RateKey by_header(std::string name) {
  return [name = std::move(name)](Context& ctx) {
    // Told apart from a peer's key: nobody can send what counts for another's address.
    if (const auto value = ctx.request().header(name)) return "header " + std::string(*value);
    return peer_key(ctx.peer());
  };
}

RateLimiter::RateLimiter(RateLimitOptions options)
    : options_(completed(std::move(options))),
      gcra_(Gcra::of(options_.count, options_.per, options_.burst)),
      policy_(fmt::format(
          "\"{}\";q={};w={}", options_.name, options_.count,
          std::max<uint64_t>(1, seconds_up(static_cast<uint64_t>(options_.per.count()))))) {}

void RateLimiter::take(Context& ctx, std::string_view key) const {
  if (key.empty()) return;
  const auto [table, seed] = WorkerBinding::regions().rates();
  std::string full = options_.name;
  full.append(1, '\0').append(key);
  const RateDecision decision = table->take(siphash(seed, full), gcra_, now(), options_.cost);
  if (options_.headers) tell(ctx, decision);
  if (decision.allowed) return;
  const uint64_t seconds = std::max<uint64_t>(1, seconds_up(decision.retry_ns));
  throw Problem(429, fmt::format("more than {} requests in {}; try again in {} s", options_.count,
                                 format_duration(options_.per), seconds))
      .header("Retry-After", std::to_string(seconds));
}

void RateLimiter::tell(Context& ctx, const RateDecision& decision) const {
  const uint64_t reset = seconds_up(decision.reset_ns);
  ctx.header(rate_limit_fields::kPolicy, policy_);
  ctx.header(rate_limit_fields::kState,
             fmt::format("\"{}\";r={};t={}", options_.name, decision.remaining, reset));
  ctx.header(rate_limit_fields::kLimit, std::to_string(gcra_.burst));
  ctx.header(rate_limit_fields::kRemaining, std::to_string(decision.remaining));
  ctx.header(rate_limit_fields::kReset, std::to_string(reset));
}

std::shared_ptr<Guard> rate_limit(RateLimitOptions options) {
  return std::make_shared<RateLimit>(std::move(options));
}

std::shared_ptr<Guard> rate_limit(uint64_t count, Duration per) {
  RateLimitOptions options;
  options.count = count;
  options.per = per;
  return rate_limit(std::move(options));
}

}  // namespace svc
