// trace.h — what ties the calls of one request together: traceparent, tracestate, X-Request-Id.
//
// W3C Trace Context, level 1: core/http/trace_context.h.
#pragma once

#include <string>
#include <string_view>

#include "core/http/trace_context.h"
#include "core/sdk/client/http.h"
#include "core/sdk/request.h"

namespace svc {

// A span of its own under `parent`; without one a trace that nobody has asked to record.
std::string child_traceparent(std::string_view parent);
// `request_id`: spoken_id.h.
CallOrigin handed_on(const Request& request, const TraceContext& trace, std::string request_id);

}  // namespace svc
