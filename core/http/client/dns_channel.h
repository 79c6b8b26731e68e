// dns_channel.h — c-ares on our event loop: the one place that knows c-ares.
//
// It asks one question at a time for whoever wants it, and tells the answer on the loop's stack,
// never from inside the call that asked. c-ares opens its sockets itself, over UDP and, for long
// answers, TCP; the loop watches them, and one timer stands for all its timeouts.
//
// Threads: the loop's. Never used across fork(2): made in the worker.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/http/client/resolver.h"
#include "core/loop/event_loop.h"
#include "core/net/address.h"

namespace svc {

struct DnsAnswer {
  enum class Kind : uint8_t { addresses, no_such_name, unreachable };
  Kind kind = Kind::addresses;
  std::vector<Address> addresses;
  std::chrono::seconds ttl{0};
  bool from_file = false;  // /etc/hosts: it has no TTL.
  std::string why;         // Unless there are addresses.
};

class DnsChannel {
 public:
  using OnAnswer = std::move_only_function<void(DnsAnswer)>;

  // Errors: c-ares' own, told in words (no memory, a list of servers that it can't read).
  static Result<std::unique_ptr<DnsChannel>> open(EventLoop& loop, const ResolverOptions& options);
  ~DnsChannel();  // What is still out is never answered.
  DnsChannel(const DnsChannel&) = delete;
  DnsChannel& operator=(const DnsChannel&) = delete;

  // A and AAAA of `host`; `then` is called once, in a later step of the loop.
  void ask(const std::string& host, OnAnswer then);

 private:
  struct State;
  explicit DnsChannel(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace svc
