#include "core/server/http_limits.h"

namespace svc {

static_assert(static_cast<int>(TellRequestId::asked) == static_cast<int>(TellId::asked) &&
              static_cast<int>(TellRequestId::always) == static_cast<int>(TellId::always));

HttpLimits http_limits(const ServiceConfig& service) {
  const HttpConfig& http = service.http;
  HttpLimits limits;
  limits.request_line_max = http.request_line_max;
  limits.header_field_max = http.header_field_max;
  limits.headers_max = http.headers_max;
  limits.header_count_max = http.header_count_max;
  limits.body_max = http.body_max;
  limits.header_timeout = http.header_timeout;
  limits.body_timeout = http.body_timeout;
  limits.body_min_rate = http.body_min_rate;
  limits.send_timeout = http.send_timeout;
  limits.request_timeout = http.request_timeout;
  limits.keepalive_timeout = http.keepalive_timeout;
  limits.keepalive_requests = http.keepalive_requests;
  limits.connections_max = service.connections_max;
  limits.slow_request = service.slow_request;
  limits.tell_request_id = static_cast<TellId>(http.tell_request_id);
  limits.requests_max = http.requests_max;
  return limits;
}

}  // namespace svc
