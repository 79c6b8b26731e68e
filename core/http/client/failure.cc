#include "core/http/client/failure.h"

namespace svc {

bool ClientFailure::is_timeout() const noexcept {
  switch (kind) {
    case Kind::timeout_resolve:
    case Kind::timeout_connect:
    case Kind::timeout_queue:
    case Kind::timeout_first_byte:
    case Kind::timeout_gap:
    case Kind::timeout_total:
      return true;
    default:
      return false;
  }
}

std::string_view client_failure_name(ClientFailure::Kind kind) noexcept {
  using Kind = ClientFailure::Kind;
  switch (kind) {
    case Kind::bad_request:
      return "bad_request";
    case Kind::resolve:
      return "resolve";
    case Kind::timeout_resolve:
      return "timeout_resolve";
    case Kind::connect:
      return "connect";
    case Kind::timeout_connect:
      return "timeout_connect";
    case Kind::tls:
      return "tls";
    case Kind::timeout_queue:
      return "timeout_queue";
    case Kind::resources:
      return "resources";
    case Kind::timeout_first_byte:
      return "timeout_first_byte";
    case Kind::timeout_gap:
      return "timeout_gap";
    case Kind::timeout_total:
      return "timeout_total";
    case Kind::reset:
      return "reset";
    case Kind::closed_early:
      return "closed_early";
    case Kind::protocol:
      return "protocol";
    case Kind::too_large:
      return "too_large";
    case Kind::body_source:
      return "body_source";
    case Kind::cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace svc
