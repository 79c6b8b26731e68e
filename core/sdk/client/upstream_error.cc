#include "core/sdk/client/upstream_error.h"

namespace svc {
namespace {

int status_of(UpstreamError::Kind kind) noexcept {
  if (kind == UpstreamError::Kind::unavailable) return 503;
  return kind == UpstreamError::Kind::timeout ? 504 : 502;
}

std::string told(UpstreamError::Kind kind, const std::string& upstream) {
  switch (kind) {
    case UpstreamError::Kind::unavailable:
      return upstream + " is not available at the moment";
    case UpstreamError::Kind::timeout:
      return upstream + " did not answer in time";
    case UpstreamError::Kind::failed:
      return upstream + " did not answer";
    case UpstreamError::Kind::status:
    case UpstreamError::Kind::content:
      return upstream + " gave an answer that can't be used";
    case UpstreamError::Kind::forbidden:
      return upstream + " does not let programs fetch this";
  }
  return upstream;
}

}  // namespace

UpstreamError::UpstreamError(Kind kind, std::string upstream, std::string reason, int answered)
    : Problem(status_of(kind), told(kind, upstream)),
      kind_(kind),
      upstream_(std::move(upstream)),
      reason_(std::move(reason)),
      answered_(answered) {}

UpstreamError::~UpstreamError() = default;

}  // namespace svc
