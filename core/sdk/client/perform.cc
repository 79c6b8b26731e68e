#include "core/sdk/client/perform.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "core/base/check.h"
#include "core/base/random.h"
#include "core/base/version.h"
#include "core/loop/fiber.h"
#include "core/loop/fiber_mutex.h"
#include "core/loop/fiber_scope.h"
#include "core/sdk/client/attempt.h"
#include "core/sdk/client/redirect.h"
#include "core/sdk/client/trace.h"
#include "core/sdk/client/upstreams.h"

namespace svc {
namespace {

using Time = std::chrono::milliseconds;

constexpr Duration kMarginMax = 100ms;

Time at_least_1ms(Duration time) { return std::max(std::chrono::ceil<Time>(time), Time(1)); }

// Our own deadline is a little earlier than the request's: a handler whose call took too long
// answers 504 itself, instead of being cancelled.
Instant before_deadline(Instant deadline, Instant now) {
  return deadline - std::clamp(Duration((deadline - now) / 10), Duration(0), kMarginMax);
}

// Wakes who waits when it goes, whether by a result or by an exception.
class WakeAtEnd {
 public:
  explicit WakeAtEnd(FiberWaitList& waiting) noexcept : waiting_(waiting) {}
  ~WakeAtEnd() { waiting_.wake_all(); }
  WakeAtEnd(const WakeAtEnd&) = delete;
  WakeAtEnd& operator=(const WakeAtEnd&) = delete;

 private:
  FiberWaitList& waiting_;
};

AttemptResult cancelled_attempt() {
  ClientFailure failure;
  failure.kind = ClientFailure::Kind::cancelled;
  failure.text = "the request that it was made for is being given up";
  return {.failure = std::move(failure)};
}

class Performer {
 public:
  Performer(detail::CallState& call, CallMode mode)
      : call_(call),
        mode_(mode),
        connections_(call.upstreams->connections()),
        source_(std::make_shared<FunctionSource>(call.source, call.source_length)),
        upstream_(call.upstream ? call.upstream : call.upstreams->of_origin(call.url.origin)) {}

  detail::AnswerState run();

 private:
  const UpstreamOptions& options() const noexcept { return upstream_->options(); }
  Instant now() const { return Fiber::self().owner().loop().clock().now(); }
  Duration left() const { return std::max(Duration(deadline_ - now()), Duration(0)); }

  void prepare();
  void add_fields();
  AttemptResult attempt_until_good();
  AttemptResult attempt_once(const CircuitBreaker::Admission& admission);
  AttemptResult attempt_hedged(const CircuitBreaker::Admission& admission, Duration hedge_after);
  AttemptResult attempt_at(const CircuitBreaker::Admission& admission);
  void heed_robots(Upstream::Endpoint& endpoint, const std::string& target);
  void wait_politely(AttemptTicket& ticket, const std::string& target);
  ClientLimits limits() const;
  bool may_hedge() const;
  bool follow(AttemptResult& result);
  std::string target_at(const ClientUrl& url) const;
  void log_failure(std::string_view kind, std::string_view text) {
    upstream_->log_failure(kind, text, call_.origin.request_id);
  }
  [[noreturn]] void fail(UpstreamError::Kind kind, const std::string& reason, int answered = 0);
  [[noreturn]] void fail_unavailable(const std::string& reason, Duration retry_after);
  [[noreturn]] void fail_with(const ClientFailure& failure);

  detail::CallState& call_;
  const CallMode mode_;
  ClientConnections& connections_;
  std::shared_ptr<FunctionSource> source_;
  std::shared_ptr<Upstream> upstream_;
  ClientRequest request_;
  Instant deadline_;
  std::vector<size_t> tried_;  // Addresses, in this call.
  bool idempotent_ = false;
  bool redirected_ = false;  // request_.target is complete: no base path is put before it.
  uint32_t hops_ = 0;
  int attempts_ = 0;
};

detail::AnswerState Performer::run() {
  prepare();
  for (;;) {
    AttemptResult result = attempt_until_good();
    if (result.failure) fail_with(*result.failure);
    if (follow(result)) continue;
    return {.upstream = upstream_,
            .spoken = call_.spoken(),
            .request_id = call_.origin.request_id,
            .source = source_,
            .request = std::move(result.request),
            .response = std::move(result.response),
            .open = std::move(result.open),
            .attempts = attempts_};
  }
}

void Performer::prepare() {
  const Instant begin = now();
  deadline_ = begin + call_.timeout.value_or(options().timeout);
  if (const Instant deadline = Fiber::self().deadline(); deadline != kNever)
    deadline_ = std::min(deadline_, before_deadline(deadline, begin));
  idempotent_ = call_.idempotent.value_or(is_idempotent(call_.method));
  request_.method = call_.method;
  request_.fields = call_.fields;
  request_.body = call_.body;
  if (call_.source) request_.source = source_.get();
  if (const auto host = call_.fields.get("Host")) {
    request_.authority = *host;
    request_.fields.remove("Host");
  }
  add_fields();
}

void Performer::add_fields() {
  const auto add_if_absent = [&](std::string_view name, std::string_view value) {
    if (!value.empty() && !request_.fields.has(name)) request_.fields.add(name, value);
  };
  add_if_absent("User-Agent", options().robots_agent.empty() ? "svc/" + std::string(kVersion)
                                                             : options().robots_agent);
  add_if_absent("X-Request-Id", call_.origin.request_id);
  if (!request_.fields.has("traceparent")) {
    request_.fields.add("traceparent", child_traceparent(call_.origin.traceparent));
    add_if_absent("tracestate", call_.origin.tracestate);
  }
}

// ---- Attempts ----

AttemptResult Performer::attempt_until_good() {
  upstream_->budget().call(now());
  const uint32_t attempts_max = call_.attempts.value_or(options().attempts);
  std::optional<AttemptResult> last;
  for (uint32_t attempt = 1;; ++attempt) {
    const auto admission = upstream_->breaker().admit(now());
    if (!admission.allowed) {
      if (last) return *std::move(last);
      upstream_->slot().refused.add();
      fail_unavailable("the breaker is open", admission.retry_after);
    }
    ++attempts_;
    last.reset();  // Its connection goes back before another one is asked for.
    last = attempt_once(admission);
    const RetryFacts facts{.attempt = attempt,
                           .attempts_max = attempts_max,
                           .idempotent = idempotent_,
                           .body_spent = source_->asked(),
                           .left = left(),
                           .unit = thread_random().unit()};
    const BackoffPolicy backoff{options().backoff_initial, options().backoff_max};
    const RetryVerdict verdict = decide_retry(last->end(), facts, backoff);
    if (!verdict.retry || !upstream_->budget().try_retry(now())) return *std::move(last);
    upstream_->slot().retries.add();
    last->open.reset();
    this_fiber::sleep_for(verdict.wait);
  }
}

AttemptResult Performer::attempt_once(const CircuitBreaker::Admission& admission) {
  const Time hedge = call_.hedge_after.value_or(options().hedge_after);
  if (hedge.count() > 0 && may_hedge() && !admission.probe) return attempt_hedged(admission, hedge);
  return attempt_at(admission);
}

bool Performer::may_hedge() const {
  return idempotent_ && mode_ == CallMode::collected && request_.source == nullptr;
}

// The first good answer of two wins; the other attempt is cancelled.
AttemptResult Performer::attempt_hedged(const CircuitBreaker::Admission& admission,
                                        Duration hedge_after) {
  std::array<std::optional<AttemptResult>, 2> results;
  FiberWaitList changed;
  FiberScope scope;
  const auto good = [&] {
    return std::ranges::find_if(results, [](const auto& each) { return each && each->is_good(); });
  };
  const auto start = [&](size_t which, const CircuitBreaker::Admission& ticket) {
    return scope.spawn([&, which, ticket] {
      const WakeAtEnd wake(changed);
      try {
        results[which] = attempt_at(ticket);
      } catch (const UpstreamError&) {
        // Politeness may keep the second from going out; the first goes on all the same.
        if (which == 0) throw;
      }
    });
  };
  if (auto started = start(0, admission); !started) {
    upstream_->breaker().abandoned(admission);
    fail_unavailable(started.error().text, 1s);
  }
  const Instant hedge_at = now() + hedge_after;
  while (!results[0] && changed.wait(hedge_at) == Wake::resumed) {
  }
  Fiber::self().check_cancelled();
  if (!results[0] && upstream_->budget().try_retry(now())) {
    const auto second = upstream_->breaker().admit(now());
    if (second.allowed) {
      if (start(1, second)) {
        upstream_->slot().hedges.add();
      } else {
        upstream_->breaker().abandoned(second);
      }
    }
  }
  while (good() == results.end() && scope.running() > 0 && changed.wait() == Wake::resumed) {
  }
  Fiber::self().check_cancelled();
  scope.cancel();
  scope.join();
  if (good() != results.end()) return *std::move(*good());
  for (auto& each : results)
    if (each) return *std::move(each);
  return cancelled_attempt();  // Only while an exception unwinds this fiber.
}

AttemptResult Performer::attempt_at(const CircuitBreaker::Admission& admission) {
  AttemptTicket ticket(*upstream_, admission, upstream_->balancer().pick(tried_, now()));
  tried_.push_back(ticket.endpoint());
  const ClientUrl& url = upstream_->endpoint(ticket.endpoint()).url;
  auto request = std::make_shared<ClientRequest>(request_);
  request->target = target_at(url);
  wait_politely(ticket, request->target);
  AttemptResult result =
      run_attempt(connections_, ticket, url.origin, std::move(request), limits(), mode_);
  result.endpoint = ticket.endpoint();
  return result;
}

void Performer::heed_robots(Upstream::Endpoint& endpoint, const std::string& target) {
  switch (endpoint.robots.judge(connections_, endpoint.url.origin, target, options().robots_agent,
                                deadline_)) {
    case RobotsFile::Verdict::allowed:
      return;
    case RobotsFile::Verdict::forbidden:
      fail(UpstreamError::Kind::forbidden, "robots.txt does not allow it");
    case RobotsFile::Verdict::unknown:
      fail(UpstreamError::Kind::forbidden, "robots.txt could not be asked for");
    case RobotsFile::Verdict::late:
      fail(UpstreamError::Kind::timeout, "robots.txt did not come in time");
  }
}

void Performer::wait_politely(AttemptTicket& ticket, const std::string& target) {
  if (!options().robots_agent.empty()) heed_robots(upstream_->endpoint(ticket.endpoint()), target);
  const auto at = upstream_->reserve(ticket.endpoint(), now(), deadline_);
  if (!at) fail_unavailable("its interval leaves no room for the call in time", options().interval);
  if (*at > now()) this_fiber::sleep_until(*at);
}

// A stream is bounded in time only up to its head; then by its silences.
ClientLimits Performer::limits() const {
  ClientLimits limits;
  const Time whole = at_least_1ms(left());
  const Time wanted = call_.attempt_timeout.value_or(options().attempt_timeout);
  const Time attempt = wanted.count() > 0 ? std::min(wanted, whole) : whole;
  limits.queue = std::min(limits.queue, attempt);
  limits.resolve = limits.connect = std::min<Time>(options().connect_timeout, attempt);
  limits.first_byte = attempt;
  limits.total = mode_ == CallMode::collected ? attempt : Time(0);
  limits.deadline = mode_ == CallMode::collected ? deadline_ : Fiber::self().deadline();
  limits.body_max = call_.body_max.value_or(options().body_max);
  return limits;
}

std::string Performer::target_at(const ClientUrl& url) const {
  if (redirected_) return request_.target;
  std::string target = call_.upstream ? url.path : call_.url.path;
  if (!call_.path.empty()) {
    while (target.ends_with('/')) target.pop_back();
    target += call_.path;
  }
  if (target.empty()) target = "/";
  if (!call_.query.empty()) target += "?" + call_.query;
  return target;
}

// ---- Redirects ----

bool Performer::follow(AttemptResult& result) {
  const uint32_t redirects_max = call_.redirects.value_or(options().redirects);
  const auto location = result.response.fields.get("Location");
  if (redirects_max == 0 || !is_redirect(result.response.status) || !location) return false;
  const int status = result.response.status;
  if (hops_++ == redirects_max)
    fail(UpstreamError::Kind::failed, fmt::format("it redirects more than {} times", redirects_max),
         status);
  const ClientUrl& from = upstream_->endpoint(result.endpoint).url;
  auto hop = follow_redirect(status, *location, request_.method, from.origin, target_at(from));
  if (!hop) fail(UpstreamError::Kind::failed, hop.error().text, status);
  if (hop->origin.scheme == Origin::Scheme::https)
    fail(UpstreamError::Kind::failed, "it redirects to https, which needs TLS", status);
  if (!hop->drop_body && source_->asked())
    fail(UpstreamError::Kind::failed, "it redirects a body that can't be sent again", status);
  if (hop->drop_body) {
    request_.body.clear();
    request_.source = nullptr;
    for (const char* name : {"Content-Type", "Content-Encoding", "Content-Language"})
      request_.fields.remove(name);
  }
  if (!hop->same_origin) {
    for (const char* name : {"Authorization", "Cookie", "Proxy-Authorization"})
      request_.fields.remove(name);
    request_.authority.clear();
    upstream_ = call_.upstreams->of_origin(hop->origin);
    tried_.clear();
  }
  request_.method = std::move(hop->method);
  request_.target = std::move(hop->target);
  redirected_ = true;
  result.open.reset();
  return true;
}

// ---- Failures ----

void Performer::fail(UpstreamError::Kind kind, const std::string& reason, int answered) {
  const std::string text = fmt::format("{}: {}", call_.spoken(), reason);
  log_failure(answered != 0 ? "redirect" : "robots", text);
  throw UpstreamError(kind, upstream_->name(), upstream_->name() + " " + text, answered);
}

void Performer::fail_unavailable(const std::string& reason, Duration retry_after) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(retry_after).count();
  UpstreamError error(UpstreamError::Kind::unavailable, upstream_->name(),
                      fmt::format("{} {}: {}", upstream_->name(), call_.spoken(), reason));
  error.header("Retry-After", std::to_string(std::max<int64_t>(seconds, 1)));
  throw error;
}

void Performer::fail_with(const ClientFailure& failure) {
  source_->rethrow();
  if (failure.kind != ClientFailure::Kind::bad_request)
    log_failure(client_failure_name(failure.kind), failure.text);
  if (failure.kind == ClientFailure::Kind::timeout_queue ||
      failure.kind == ClientFailure::Kind::resources)
    fail_unavailable(failure.text, 1s);
  throw_failure(upstream_->name(), failure);
}

}  // namespace

void throw_failure(const std::string& upstream, const ClientFailure& failure) {
  if (failure.kind == ClientFailure::Kind::bad_request) throw std::invalid_argument(failure.text);
  throw UpstreamError(
      failure.is_timeout() ? UpstreamError::Kind::timeout : UpstreamError::Kind::failed, upstream,
      failure.text);
}

detail::AnswerState perform_call(detail::CallState& call, CallMode mode) {
  if (Fiber::current() == nullptr)
    throw std::logic_error("a call of a service needs its worker: there is no loop here");
  return Performer(call, mode).run();
}

}  // namespace svc
