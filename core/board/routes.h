// routes.h — what each route of a service has done: rows of counters beside a worker's slot.
//
// Why a row finds its route by name: a slot's next owner may be of another generation, with other
// routes in another order; it continues the counters of those that it still has and takes free rows
// for the rest. So the sum over all slots is what a route of a service has ever done, and never
// goes backwards. A worker looks its rows up once, before it serves; counting is then a load and a
// store. When all rows are taken (kRoutesOfSlot different routes in the life of a slot), further
// routes share the last one, which is called "other".
//
// Memory: a row that nobody has taken is never touched, by writers or readers, and costs nothing.
//
// Process and thread: written by the worker's loop thread, read by anybody. Every word is a claim:
// a worker that writes nonsense gets its service's numbers wrong, and nobody else's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/board/board_number.h"
#include "core/board/latency.h"

namespace svc {

class Board;
struct WorkerSlot;

inline constexpr size_t kStatusClasses = 6;  // [0] unused, [1] 1xx … [5] 5xx.
inline constexpr size_t kRoutesOfSlot = 256;

// Where requests are counted that no route took (404, 405), or whose head never became one.
inline constexpr std::string_view kNoRoute = "none";
inline constexpr std::string_view kOtherRoutes = "other";
inline constexpr std::string_view kAnyMethod = "*";

struct alignas(64) RouteSlot {
  BoardText<128> key;     // "service METHOD pattern" (route_key).
  BoardNumber in_flight;  // Gauge: handlers that run.
  std::array<BoardNumber, kStatusClasses> answers;
  BoardNumber failed;    // Ended without a complete answer.
  BoardNumber bytes_in;  // Of requests that are over, as received.
  BoardNumber bytes_out;
  BoardNumber took_ns;  // Sum over the answers.
  std::array<BoardNumber, kLatencyBuckets> took;
};

// What a row is found by. A name that doesn't fit is cut, with a number from the whole of it, so
// that it is still its own.
SVC_API std::string route_key(std::string_view service, std::string_view method,
                              std::string_view pattern);

// The row of that key: the one that it has, else a free one, else that of the others. Loop thread.
SVC_API RouteSlot& take_route(WorkerSlot& slot, std::span<RouteSlot> rows, std::string_view service,
                              std::string_view method, std::string_view pattern);

// One route, summed up.
struct RouteTotals {
  std::string service, method, route;
  uint64_t in_flight = 0;
  std::array<uint64_t, kStatusClasses> answers{};
  uint64_t failed = 0, bytes_in = 0, bytes_out = 0, took_ns = 0;
  LatencyCounts took{};

  uint64_t answered() const noexcept;
};

// Of all slots that were ever used, in the order of service, route, method. `alive`: slots whose
// gauges count, ascending.
SVC_API std::vector<RouteTotals> route_totals(const Board& board, std::span<const size_t> alive);

}  // namespace svc
