// observe.h — what a service tells about its requests: to the browser, to the log.
//
//   app.use(svc::request_log()).use(svc::timing());
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/sdk/middleware.h"

namespace svc {

// Server-Timing: total;dur=12.3 on every answer but those in parts, which have begun by then
// (https://www.w3.org/TR/server-timing/). Browsers show it beside the request.
SVC_API Middleware timing();

struct RequestRecord {
  std::string_view method;
  std::string_view path;   // As received, without the query, which may hold what is secret.
  std::string_view route;  // "/orders/{id}"; empty: none took it.
  int status = 0;          // 500 for an exception that nobody knew; 499: the client left.
  size_t bytes = 0;        // Of the body; 0 for an answer in parts.
  Duration time{};
  std::string peer;
  std::string request_id;
};

// Calls `sink` once for every request that is through. Without one, a line in the log at level
// info.
SVC_API Middleware request_log(std::function<void(const RequestRecord&)> sink = {});

}  // namespace svc
