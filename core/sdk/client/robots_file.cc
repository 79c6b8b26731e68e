#include "core/sdk/client/robots_file.h"

#include <mutex>

#include "core/http/client/connections.h"
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

}  // namespace

bool RobotsFile::allows(ClientConnections& connections, const Origin& origin,
                        std::string_view target, const std::string& agent, Instant now) {
  const std::scoped_lock lock(mutex_);
  if (now >= until_) fetch(connections, origin, agent, now);
  return rules_.allows(target);
}

void RobotsFile::fetch(ClientConnections& connections, const Origin& origin,
                       const std::string& agent, Instant now) {
  Origin at = origin;
  ClientRequest request;
  request.target = "/robots.txt";
  request.fields.set("User-Agent", agent);
  rules_ = RobotsRules::disallow_all();
  until_ = now + kKeptWithoutAnswer;
  for (int hops = 0; hops <= kRedirectsMax; ++hops) {
    const auto answer = connections.exchange(at, request, robots_limits());
    if (!answer || answer->status >= 500) return;
    if (!is_redirect(answer->status)) {
      rules_ = answer->status <= 299 ? RobotsRules::parse(answer->body, agent)
                                     : RobotsRules::allow_all();
      until_ = now + kKept;
      return;
    }
    auto hop = follow_redirect(answer->status, answer->fields.get("Location").value_or(""), "GET",
                               at, request.target);
    if (!hop) break;
    at = std::move(hop->origin);
    request.target = std::move(hop->target);
  }
  rules_ = RobotsRules::allow_all();  // 2.3.1.2: too many redirects: as if there were none.
  until_ = now + kKept;
}

}  // namespace svc
