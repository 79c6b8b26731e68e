#include "core/http/log_request.h"

#include "core/base/log.h"
#include "core/http/application.h"
#include "core/http/spoken_id.h"
#include "core/loop/fiber.h"
#include "core/loop/offload.h"

namespace svc {
namespace {

const Exchange* request_of_this_thread() noexcept {
  const Fiber* const fiber = Fiber::current();
  const void* const label = fiber != nullptr ? fiber->label() : OffloadPool::label();
  return static_cast<const Exchange*>(label);
}

bool describe(LogRequest& out) {
  const Exchange* const exchange = request_of_this_thread();
  if (exchange == nullptr) return false;
  out.id = spoken_id(*exchange);
  const TraceContext& trace = exchange->trace();
  out.trace = trace.trace_id();
  out.trace_told = !trace.parent_id().empty();
  return true;
}

}  // namespace

void log_requests() noexcept { log::set_request_source(&describe); }

}  // namespace svc
