// route_counters.h — a worker's rows on the board (core/board/routes.h), found by route index.
//
// Why beside the board: which row is whose is looked up once, when all routes are known; a request
// then costs one array look-up and a handful of loads and stores.
//
// Thread: the worker's loop.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/board/board.h"
#include "core/http/application.h"
#include "core/http/ended_request.h"

namespace svc {

class RouteCounters {
 public:
  // Without rows (no board: tests) it counts for nobody.
  RouteCounters(WorkerSlot& slot, std::span<RouteSlot> rows, std::string_view service,
                std::span<const RouteInfo> routes);
  RouteCounters(const RouteCounters&) = delete;
  RouteCounters& operator=(const RouteCounters&) = delete;

  void handler_began(uint32_t route) noexcept { at(route).in_flight.add(); }
  void handler_ended(uint32_t route) noexcept { at(route).in_flight.subtract(); }
  void request_over(const EndedRequest& request) noexcept {
    RouteSlot& row = at(request.route);
    row.bytes_in.add(request.bytes_in);
    row.bytes_out.add(request.bytes_out);
    if (!request.complete) return row.failed.add();
    row.answers[static_cast<size_t>(request.status) / 100 % kStatusClasses].add();
    row.took_ns.add(static_cast<uint64_t>(request.took().count()));
    row.took[latency_bucket(request.took())].add();
  }

 private:
  // kRouteNone wraps around to the first row.
  RouteSlot& at(uint32_t route) noexcept {
    const uint32_t place = route + 1;
    return *rows_[place < rows_.size() ? place : 0];
  }

  RouteSlot nobodys_;
  std::vector<RouteSlot*> rows_;  // Of no route, then of each.
};

}  // namespace svc
