#include "core/sdk/context.h"

#include <fmt/core.h>

#include "core/http/spoken_id.h"
#include "core/loop/offload.h"
#include "core/sdk/app.h"
#include "core/sdk/client/trace.h"
#include "core/sdk/host.h"

namespace svc {

HttpTarget Context::http(std::string_view name_or_url) const {
  return HttpTarget(app_.upstreams(), name_or_url, handed_on(request_, trace(), request_id()));
}

void Context::background(std::move_only_function<void()> work, AtStop at_stop) {
  if (const WorkerBinding* const worker = WorkerBinding::current()) {
    OffloadPool::on_loop([worker] { worker->background().reserve(); });
  }
  later_.push_back({std::move(work), at_stop});
}

void Context::forget_later(size_t from) noexcept {
  if (const WorkerBinding* const worker = WorkerBinding::current()) {
    worker->background().give_back(later_.size() - from);
  }
  later_.erase(later_.begin() + static_cast<ptrdiff_t>(from), later_.end());
}

// The answer is out, or its client has gone: this object goes with the request.
void Context::start_later() noexcept {
  const WorkerBinding* const worker = WorkerBinding::current();
  if (!due_ || worker == nullptr) return forget_later(0);
  for (Later& each : later_) {
    worker->background().start(std::move(each.work), each.at_stop,
                               fmt::format("request {}: {}", request_id(), route_));
  }
}

std::string Context::request_id() const { return spoken_id(exchange_); }

}  // namespace svc
