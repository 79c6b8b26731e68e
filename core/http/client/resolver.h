// resolver.h — names to addresses, without holding the worker: c-ares on our loop.
//
// Why a cache of our own: c-ares 1.18 has none, and a service asks for the same few names
// thousands of times a second. One question is out for a name at a time, however many fibers wait
// for its answer; an answer is kept for its TTL (within bounds), a refusal for `negative_ttl`.
//
// Numeric addresses and "localhost" (RFC 6761 6.3) are answered here. All else goes to /etc/hosts
// and then to the servers of /etc/resolv.conf, A and AAAA together.
//
// Threads: the loop's; resolve() in fibers. The channel is made at the first question, so after
// fork(2). Clock: the loop's; c-ares times its own attempts by the system's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/http/client/failure.h"
#include "core/loop/event_loop.h"
#include "core/net/address.h"

namespace svc {

struct ResolverOptions {
  std::string servers{};  // "127.0.0.1:5353,[::1]:53"; empty: those of /etc/resolv.conf.
  std::chrono::milliseconds attempt_timeout{1'000};
  int attempts = 3;                         // For each server.
  std::chrono::seconds ttl_min{1};          // An answer with TTL 0 is not kept at all.
  std::chrono::seconds ttl_max{300};        //
  std::chrono::seconds negative_ttl{5};     // "No such name", "no address".
  std::chrono::seconds unreachable_ttl{1};  // No server answered, or it could not.
  size_t names_max = 1024;                  // In the cache; the one that ends soonest makes room.
  size_t addresses_max = 16;                // Of one name.
};

class Resolver {
 public:
  // REQUIRES: the loop outlives it; no fiber waits in resolve() when it is destroyed.
  Resolver(EventLoop& loop, ResolverOptions options);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  struct Failure {
    ClientFailure::Kind kind = ClientFailure::Kind::resolve;  // Or timeout_resolve, cancelled.
    std::string text;  // "resolve prices.internal: no such name": one line.
  };
  // Addresses without a port, in the order in which they are to be tried (RFC 6724). `host` in
  // lower case, without brackets. Suspends until `until` at most; throws Cancelled. A question that
  // is out goes on without whoever asked it.
  std::expected<std::vector<Address>, Failure> resolve(const std::string& host, Instant until);
  // None of its addresses answered: the next one to ask does not get them from the cache.
  void forget(const std::string& host) noexcept;

  uint64_t asked() const noexcept;  // Questions that were put to c-ares.
  size_t cached() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace svc
