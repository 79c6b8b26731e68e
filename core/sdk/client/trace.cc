#include "core/sdk/client/trace.h"

#include "core/base/random.h"

namespace svc {
namespace {

constexpr size_t kTracestateMax = 512;

}  // namespace

std::string child_traceparent(std::string_view parent) {
  auto context = parse_traceparent(parent);
  if (!context) return "00-" + random_hex(16) + "-" + random_hex(8) + "-00";
  random_hex(8).copy(context->span.data(), context->span.size());
  return context->traceparent();
}

CallOrigin handed_on(const Request& request, const TraceContext& trace, std::string request_id) {
  CallOrigin origin{.request_id = std::move(request_id), .traceparent = trace.traceparent()};
  if (trace.parent_id().empty()) return origin;  // It means nothing without its trace.
  const auto state = request.headers("tracestate");
  if (state && state->size() <= kTracestateMax) origin.tracestate = *state;
  return origin;
}

}  // namespace svc
