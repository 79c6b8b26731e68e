#include "core/sdk/client/robots_file.h"

#include <utility>

#include "core/http/client/connections.h"
#include "core/loop/fiber.h"
#include "core/sdk/client/redirect.h"

namespace svc {
namespace {

constexpr int kRedirectsMax = 5;  // RFC 9309 2.3.1.2.

ClientLimits robots_limits() {
  ClientLimits limits;
  limits.first_byte = limits.total = std::chrono::milliseconds(10'000);
  limits.body_max = 4 * RobotsRules::kTextMax;
  return limits;
}

// Of this worker, and of its request: nothing is learnt about the site.
bool is_our_own(ClientFailure::Kind kind) noexcept {
  using enum ClientFailure::Kind;
  return kind == cancelled || kind == resources || kind == timeout_queue;
}

}  // namespace

using Verdict = RobotsFile::Verdict;

Verdict RobotsFile::judge(ClientConnections& connections, const Origin& origin,
                          std::string_view target, const std::string& agent, Instant until) {
  const Clock& clock = Fiber::self().owner().loop().clock();
  while (busy_ && clock.now() < until && waiters_.wait(until) != Wake::cancelled) continue;
  Fiber::self().check_cancelled();
  if (busy_) return Verdict::late;
  if (clock.now() >= until_) {
    const Verdict fetched = fetch(connections, origin, agent, until);
    if (fetched != Verdict::allowed) return fetched;
  }
  return rules_.allows(target) ? Verdict::allowed : Verdict::forbidden;
}

void RobotsFile::keep(RobotsRules rules, Instant until) {
  rules_ = std::move(rules);
  until_ = until;
}

// Allowed: there are rules now. Otherwise the next one asks again.
Verdict RobotsFile::fetch(ClientConnections& connections, const Origin& origin,
                          const std::string& agent, Instant until) {
  struct Busy {
    RobotsFile& file;
    explicit Busy(RobotsFile& its) : file(its) { file.busy_ = true; }
    ~Busy() {
      file.busy_ = false;
      file.waiters_.wake_all();
    }
  } const busy(*this);
  try {
    return ask(connections, origin, agent, until);
  } catch (const Cancelled& cancelled) {
    // A whole deadline without an answer says something about the site; that our client has gone,
    // or that this worker drains, does not.
    if (cancelled.reason == CancelReason::deadline) {
      keep(RobotsRules::disallow_all(),
           Fiber::self().owner().loop().clock().now() + kKeptWithoutAnswer);
    }
    throw;
  }
}

Verdict RobotsFile::ask(ClientConnections& connections, const Origin& origin,
                        const std::string& agent, Instant until) {
  const Clock& clock = Fiber::self().owner().loop().clock();
  Origin at = origin;
  ClientRequest request;
  request.target = "/robots.txt";
  request.fields.set("User-Agent", agent);
  ClientLimits limits = robots_limits();
  limits.deadline = until;
  for (int hops = 0; hops <= kRedirectsMax; ++hops) {
    const auto answer = connections.exchange(at, request, limits);
    const Instant now = clock.now();
    if (!answer && answer.error().is_timeout() && now >= until) return Verdict::late;
    if (!answer && is_our_own(answer.error().kind)) return Verdict::unknown;
    if (!answer || answer->status >= 500) {
      keep(RobotsRules::disallow_all(), now + kKeptWithoutAnswer);
      return Verdict::allowed;
    }
    if (!is_redirect(answer->status)) {
      keep(answer->status <= 299 ? RobotsRules::parse(answer->body, agent)
                                 : RobotsRules::allow_all(),
           now + kKept);
      return Verdict::allowed;
    }
    auto hop = follow_redirect(answer->status, answer->fields.get("Location").value_or(""), "GET",
                               at, request.target);
    if (!hop) break;
    at = std::move(hop->origin);
    request.target = std::move(hop->target);
  }
  // 2.3.1.2: too many: as if there were none.
  keep(RobotsRules::allow_all(), clock.now() + kKept);
  return Verdict::allowed;
}

}  // namespace svc
