#include "core/sdk/client/robots_file.h"

#include <mutex>
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

bool RobotsFile::allows(ClientConnections& connections, const Origin& origin,
                        std::string_view target, const std::string& agent, Instant now) {
  const std::scoped_lock lock(mutex_);
  if (now >= until_ && !fetch(connections, origin, agent, now)) return false;
  return rules_.allows(target);
}

void RobotsFile::keep(RobotsRules rules, Instant until) {
  rules_ = std::move(rules);
  until_ = until;
}

// False: this time it is not allowed, and the next one asks again.
bool RobotsFile::fetch(ClientConnections& connections, const Origin& origin,
                       const std::string& agent, Instant now) {
  try {
    return ask(connections, origin, agent, now);
  } catch (const Cancelled& cancelled) {
    // A whole deadline without an answer says something about the site; that our client has gone,
    // or that this worker drains, does not.
    if (cancelled.reason == CancelReason::deadline)
      keep(RobotsRules::disallow_all(), now + kKeptWithoutAnswer);
    throw;
  }
}

bool RobotsFile::ask(ClientConnections& connections, const Origin& origin, const std::string& agent,
                     Instant now) {
  Origin at = origin;
  ClientRequest request;
  request.target = "/robots.txt";
  request.fields.set("User-Agent", agent);
  for (int hops = 0; hops <= kRedirectsMax; ++hops) {
    const auto answer = connections.exchange(at, request, robots_limits());
    if (!answer && is_our_own(answer.error().kind)) return false;
    if (!answer || answer->status >= 500) {
      keep(RobotsRules::disallow_all(), now + kKeptWithoutAnswer);
      return true;
    }
    if (!is_redirect(answer->status)) {
      keep(answer->status <= 299 ? RobotsRules::parse(answer->body, agent)
                                 : RobotsRules::allow_all(),
           now + kKept);
      return true;
    }
    auto hop = follow_redirect(answer->status, answer->fields.get("Location").value_or(""), "GET",
                               at, request.target);
    if (!hop) break;
    at = std::move(hop->origin);
    request.target = std::move(hop->target);
  }
  keep(RobotsRules::allow_all(), now + kKept);  // 2.3.1.2: too many: as if there were none.
  return true;
}

}  // namespace svc
