// rate_limit.h — so many requests of a client in a time, counted over all workers of the service.
//
//   app.get("/search", search).rate_limit(100, 1min);                      // of each peer
//   app.group("/v1").use(svc::rate_limit({.count = 10,
//                                         .per = 1s,
//                                         .burst = 50,
//                                         .key = svc::by_header("X-Api-Key")}));
//   … .key = [](svc::Context& ctx) { return ctx.get<User>().name; }        // a claim, a tenant
//
// A token bucket: it holds `burst` requests, and `count` come back `per` time, evenly. Refused is
// 429 with Retry-After. Buckets lie in shared memory (regions.h), so that the limit is the
// service's and not each worker's; nothing has to be configured.
//
// Each answer says how things stand, in the fields of draft-ietf-httpapi-ratelimit-headers-09
//   RateLimit-Policy: "limit-1";q=100;w=60
//   RateLimit: "limit-1";r=99;t=1
// and in those of its earlier versions, which most clients know: RateLimit-Limit (the bucket),
// RateLimit-Remaining, RateLimit-Reset (seconds until it is full).
//
// Peers are told apart by address, IPv6 ones by /64, the network of one customer; all clients of a
// Unix socket are one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/sdk/guard.h"
#include "core/sdk/guards/gcra.h"

namespace svc {

// Whose bucket it is. Empty: this request is not limited.
using RateKey = std::function<std::string(Context&)>;

SVC_API RateKey by_peer();
SVC_API RateKey by_header(std::string name);  // Requests without it: by peer.

struct RateLimitOptions {
  uint64_t count = 0;  // At most 10^9.
  Duration per = 1s;   // At most 366 days.
  uint64_t burst = 0;  // 0: count. At most 10^9, and no more than 10 years' worth.
  RateKey key{};       // by_peer()
  uint64_t cost = 1;   // Tokens for a request.
  bool headers = true;
  // Limits of one name share their buckets, also across a reload; without a name each is on its own
  // ("limit-1" is the first one that routes() makes).
  std::string name{};
};

// For use() and guard(). One object is one limit, over all routes that it guards. Throws
// std::invalid_argument for what is out of bounds.
SVC_API std::shared_ptr<Guard> rate_limit(RateLimitOptions options);
SVC_API std::shared_ptr<Guard> rate_limit(uint64_t count, Duration per);

// The same for a handler to apply, by what no guard knows yet: a name that stands in the body.
//   const svc::RateLimiter logins({.count = 10, .per = 5min, .name = "logins"});
//   logins.take(ctx, in.username);   // throws the Problem 429
// Make it in routes(): its name is counted as a guard's is. `key` isn't used.
class SVC_API RateLimiter {
 public:
  explicit RateLimiter(RateLimitOptions options);  // Throws std::invalid_argument.
  // An empty key is not limited.
  void take(Context& ctx, std::string_view key) const;
  const RateLimitOptions& options() const noexcept { return options_; }

 private:
  void tell(Context& ctx, const RateDecision& decision) const;

  RateLimitOptions options_;
  Gcra gcra_;
  std::string policy_;
};

}  // namespace svc
