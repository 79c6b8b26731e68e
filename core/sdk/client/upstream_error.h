// upstream_error.h — a call to another service that brought nothing usable.
//
// It is a Problem: a handler that lets it pass answers 503 (the breaker is open, with Retry-After),
// 504 (no answer in time) or 502 (all else). What its client is told names the upstream, never its
// address; the log has the rest.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/api.h"
#include "core/sdk/problem.h"

namespace svc {

class SVC_API UpstreamError : public Problem {
 public:
  enum class Kind : uint8_t {
    unavailable,  // 503: the breaker is open, or this worker has no room for the call.
    timeout,      // 504
    failed,       // 502: no connection, or no whole answer.
    status,       // 502: an answer with a status that the caller can't use.
    content,      // 502: an answer that is not what it was to be read as.
    forbidden,    // 502: robots.txt says no.
  };

  // `reason` is for the log and what(): it may name addresses.
  UpstreamError(Kind kind, std::string upstream, std::string reason, int answered = 0);
  UpstreamError(const UpstreamError&) = default;
  ~UpstreamError() override;

  Kind kind() const noexcept { return kind_; }
  const std::string& upstream() const noexcept { return upstream_; }
  int answered() const noexcept { return answered_; }  // The upstream's status; 0: no answer.
  const std::string& reason() const noexcept { return reason_; }
  const char* what() const noexcept override { return reason_.c_str(); }

 private:
  Kind kind_;
  std::string upstream_;
  std::string reason_;
  int answered_;
};

}  // namespace svc
