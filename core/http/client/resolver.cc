#include "core/http/client/resolver.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "core/base/check.h"
#include "core/http/client/dns_channel.h"
#include "core/http/client/name_cache.h"
#include "core/loop/fiber_mutex.h"

namespace svc {
namespace {

constexpr std::chrono::seconds kFileTtl{10};  // /etc/hosts is read again after so long.

Address address_of_v4(in_addr address) {
  sockaddr_storage storage{};
  auto& in = reinterpret_cast<sockaddr_in&>(storage);
  in.sin_family = AF_INET;
  in.sin_addr = address;
  return Address::from_sockaddr(storage, sizeof in);
}

Address address_of_v6(const in6_addr& address) {
  sockaddr_storage storage{};
  auto& in = reinterpret_cast<sockaddr_in6&>(storage);
  in.sin6_family = AF_INET6;
  in.sin6_addr = address;
  return Address::from_sockaddr(storage, sizeof in);
}

// Numeric addresses and localhost: never a question for DNS.
std::optional<std::vector<Address>> known(const std::string& host) {
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return {{address_of_v4(v4)}};
  if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1) return {{address_of_v6(v6)}};
  if (host != "localhost" && !host.ends_with(".localhost")) return std::nullopt;
  // 127.0.0.1 first: it is what "localhost" means where services of ours listen (net/address.h).
  return {{address_of_v4({htonl(INADDR_LOOPBACK)}), address_of_v6(in6addr_loopback)}};
}

}  // namespace

struct Resolver::State {
  State(EventLoop& on, ResolverOptions chosen)
      : loop(on), options(std::move(chosen)), cache(options.names_max) {}

  // A question that is out, and those who wait for its answer.
  struct Lookup {
    FiberWaitList waiters;
    std::optional<NameAnswer> answer;
  };

  std::expected<void, Failure> ask(const std::string& host);
  void learn(const std::string& host, DnsAnswer said);
  Duration ttl_of(const DnsAnswer& said) const noexcept;

  EventLoop& loop;
  ResolverOptions options;
  NameCache cache;
  std::unordered_map<std::string, std::shared_ptr<Lookup>> lookups;
  uint64_t asked = 0;
  std::unique_ptr<DnsChannel> channel;  // Last: what it tells while it goes finds the rest alive.
};

Resolver::Resolver(EventLoop& loop, ResolverOptions options)
    : state_(std::make_unique<State>(loop, std::move(options))) {}
Resolver::~Resolver() = default;

uint64_t Resolver::asked() const noexcept { return state_->asked; }
size_t Resolver::cached() const noexcept { return state_->cache.size(); }
void Resolver::forget(const std::string& host) noexcept { state_->cache.forget(host); }

Duration Resolver::State::ttl_of(const DnsAnswer& said) const noexcept {
  switch (said.kind) {
    case DnsAnswer::Kind::no_such_name:
      return options.negative_ttl;
    case DnsAnswer::Kind::unreachable:
      return options.unreachable_ttl;
    case DnsAnswer::Kind::addresses:
      break;
  }
  if (said.from_file) return kFileTtl;
  if (said.ttl.count() == 0) return Duration(0);  // "For this one use": RFC 1035 3.2.1.
  return std::clamp(said.ttl, options.ttl_min, options.ttl_max);
}

void Resolver::State::learn(const std::string& host, DnsAnswer said) {
  NameAnswer answer = std::move(said.addresses);
  if (said.kind != DnsAnswer::Kind::addresses) {
    answer = std::unexpected(
        Failure{ClientFailure::Kind::resolve, fmt::format("resolve {}: {}", host, said.why)});
  }
  const Instant now = loop.clock().now();
  cache.keep(host, answer, now + ttl_of(said), now);
  const auto found = lookups.find(host);
  SVC_CHECK(found != lookups.end());
  const std::shared_ptr<Lookup> lookup = std::move(found->second);
  lookups.erase(found);
  lookup->answer = std::move(answer);
  lookup->waiters.wake_all();
}

std::expected<void, Resolver::Failure> Resolver::State::ask(const std::string& host) {
  if (!channel) {
    auto opened = DnsChannel::open(loop, options);
    if (!opened) {
      return std::unexpected(Failure{ClientFailure::Kind::resolve,
                                     fmt::format("resolve {}: {}", host, opened.error().text)});
    }
    channel = std::move(*opened);
  }
  lookups.emplace(host, std::make_shared<Lookup>());
  ++asked;
  channel->ask(host, [this, host](DnsAnswer said) { learn(host, std::move(said)); });
  return {};
}

NameAnswer Resolver::resolve(const std::string& host, Instant until) {
  if (auto addresses = known(host)) return std::move(*addresses);
  State& s = *state_;
  if (const NameAnswer* kept = s.cache.find(host, s.loop.clock().now())) return *kept;
  if (!s.lookups.contains(host)) {
    if (auto asked = s.ask(host); !asked) return std::unexpected(std::move(asked).error());
  }
  const std::shared_ptr<State::Lookup> lookup = s.lookups.at(host);
  while (!lookup->answer) {
    const Wake wake = lookup->waiters.wait(until);
    if (wake == Wake::resumed) continue;
    if (wake == Wake::cancelled) {
      Fiber::self().check_cancelled();  // Throws, unless this fiber is being unwound.
      return std::unexpected(
          Failure{ClientFailure::Kind::cancelled, fmt::format("resolve {}: cancelled", host)});
    }
    return std::unexpected(Failure{ClientFailure::Kind::timeout_resolve,
                                   fmt::format("resolve {}: no answer in time", host)});
  }
  return *lookup->answer;
}

}  // namespace svc
