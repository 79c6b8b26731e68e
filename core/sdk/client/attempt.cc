#include "core/sdk/client/attempt.h"

#include <ctime>
#include <utility>

#include "core/loop/fiber.h"

namespace svc {
namespace {

using Kind = ClientFailure::Kind;

// The next attempt would end in the same way.
bool is_hopeless(Kind kind) noexcept {
  return kind == Kind::bad_request || kind == Kind::too_large || kind == Kind::body_source ||
         kind == Kind::cancelled || kind == Kind::tls;
}

bool is_our_own(Kind kind) noexcept {
  return is_hopeless(kind) || kind == Kind::resources || kind == Kind::timeout_queue;
}

Instant loop_now() { return Fiber::self().owner().loop().clock().now(); }

}  // namespace

AttemptEnd AttemptResult::end() const {
  if (failure) return {.reached = failure->reached, .hopeless = is_hopeless(failure->kind)};
  AttemptEnd end{.status = response.status, .reached = true};
  if (const auto after = response.fields.get("Retry-After"))
    end.retry_after =
        parse_retry_after(*after, response.fields.get("Date").value_or(""), std::time(nullptr));
  return end;
}

Result<size_t> FunctionSource::read(std::span<char> into) {
  asked_ = true;
  try {
    return next_(into);
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    failure_ = std::current_exception();
    return Error::invalid("the function that makes the body threw an exception");
  }
}

AttemptTicket::AttemptTicket(Upstream& upstream, const CircuitBreaker::Admission& admission,
                             size_t endpoint)
    : upstream_(upstream), admission_(admission), endpoint_(endpoint) {
  upstream_.slot().requests.add();
}

AttemptTicket::~AttemptTicket() { end(Balancer::Outcome::abandoned); }

void AttemptTicket::end(Balancer::Outcome outcome) {
  if (std::exchange(ended_, true)) return;
  upstream_.end_attempt(endpoint_, admission_, outcome, loop_now());
}

Balancer::Outcome judge_attempt(const AttemptResult& result) noexcept {
  using enum Balancer::Outcome;
  if (result.failure) return is_our_own(result.failure->kind) ? abandoned : failed;
  return result.response.status >= 500 && result.response.status != 501 ? failed : succeeded;
}

AttemptResult run_attempt(ClientConnections& connections, AttemptTicket& ticket,
                          const Origin& origin, std::shared_ptr<const ClientRequest> request,
                          const ClientLimits& limits, CallMode mode) {
  AttemptResult result;
  if (mode == CallMode::collected) {
    auto answer = connections.exchange(origin, *request, limits);
    if (answer) {
      result.response = *std::move(answer);
    } else {
      result.failure = std::move(answer).error();
    }
  } else if (auto opened = connections.open(origin, *request, limits); opened) {
    result.response = opened->response();
    result.request = std::move(request);
    result.open = std::move(*opened);
  } else {
    result.failure = std::move(opened).error();
  }
  ticket.end(judge_attempt(result));
  return result;
}

}  // namespace svc
