// attempt.h — one attempt: one address, one exchange; what is learnt from it is told to the
// upstream, also when the fiber is cancelled in the middle.
//
// Thread: the loop's, in a fiber.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "core/http/client/connections.h"
#include "core/sdk/client/call_state.h"
#include "core/sdk/client/perform.h"
#include "core/sdk/client/retry.h"
#include "core/sdk/client/upstream.h"

namespace svc {

// One of the two is there.
struct AttemptResult {
  std::optional<ClientFailure> failure{};
  ClientResponse response{};
  std::shared_ptr<const ClientRequest> request{};  // Outlives `open`.
  std::optional<ClientExchange> open{};            // CallMode::streamed.
  size_t endpoint = 0;                             // Of its upstream's: who has answered.

  AttemptEnd end() const;
  bool is_good() const noexcept { return !failure && !is_unavailable(response.status); }
};

// A body that the handler's function makes. An exception of it is kept for whoever asked.
class FunctionSource final : public ClientBodySource {
 public:
  FunctionSource(std::function<size_t(std::span<char>)> next, std::optional<uint64_t> length)
      : next_(std::move(next)), length_(length) {}
  Result<size_t> read(std::span<char> into) override;
  std::optional<uint64_t> length() const override { return length_; }
  bool asked() const noexcept { return asked_; }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::function<size_t(std::span<char>)> next_;
  std::optional<uint64_t> length_;
  std::exception_ptr failure_;
  bool asked_ = false;
};

// An attempt's place in breaker and balancer, from the admission on.
class AttemptTicket {
 public:
  AttemptTicket(Upstream& upstream, const CircuitBreaker::Admission& admission, size_t endpoint);
  ~AttemptTicket();  // Without end(): abandoned.
  AttemptTicket(const AttemptTicket&) = delete;
  AttemptTicket& operator=(const AttemptTicket&) = delete;

  size_t endpoint() const noexcept { return endpoint_; }
  void end(Balancer::Outcome outcome);

 private:
  Upstream& upstream_;
  CircuitBreaker::Admission admission_;
  size_t endpoint_;
  bool ended_ = false;
};

// What an attempt says about the upstream: nothing, if it is this worker that had no room.
Balancer::Outcome judge_attempt(const AttemptResult& result) noexcept;

AttemptResult run_attempt(ClientConnections& connections, AttemptTicket& ticket,
                          const Origin& origin, std::shared_ptr<const ClientRequest> request,
                          const ClientLimits& limits, CallMode mode);

}  // namespace svc
