#include "core/server/module_upstreams.h"

namespace svc {
namespace {

UpstreamOptions upstream_options(const UpstreamConfig& from) {
  UpstreamOptions to;
  to.urls = from.urls;
  to.timeout = from.timeout;
  to.attempt_timeout = from.attempt_timeout;
  to.connect_timeout = from.connect_timeout;
  to.attempts = from.attempts;
  to.backoff_initial = from.backoff_initial;
  to.backoff_max = from.backoff_max;
  to.retry_percent = from.retry_percent;
  to.hedge_after = from.hedge_after;
  to.balance =
      from.balance == BalanceMode::least_loaded ? Balance::least_loaded : Balance::round_robin;
  to.eject_failures = from.eject_failures;
  to.eject_time = from.eject_time;
  to.breaker_failures = from.breaker_failures;
  to.breaker_percent = from.breaker_percent;
  to.breaker_calls = from.breaker_calls;
  to.breaker_open = from.breaker_open;
  to.breaker_open_max = from.breaker_open_max;
  to.redirects = from.redirects;
  to.body_max = from.body_max;
  to.interval = from.interval;
  to.robots_agent = from.robots_agent;
  return to;
}

}  // namespace

std::vector<ConfiguredUpstream> module_upstreams(const ServiceConfig& service) {
  std::vector<ConfiguredUpstream> all;
  for (const auto& [name, upstream] : service.upstreams)
    all.push_back({name, upstream_options(upstream)});
  return all;
}

}  // namespace svc
