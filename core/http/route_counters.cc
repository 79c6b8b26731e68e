#include "core/http/route_counters.h"

namespace svc {

static_assert(kRouteNone + 1 == 0);

RouteCounters::RouteCounters(WorkerSlot& slot, std::span<RouteSlot> rows, std::string_view service,
                             std::span<const RouteInfo> routes) {
  if (rows.empty()) {
    rows_.push_back(&nobodys_);
    return;
  }
  rows_.reserve(routes.size() + 1);
  rows_.push_back(&take_route(slot, rows, service, kAnyMethod, kNoRoute));
  for (const RouteInfo& route : routes)
    rows_.push_back(&take_route(slot, rows, service, route.method, route.pattern));
}

}  // namespace svc
