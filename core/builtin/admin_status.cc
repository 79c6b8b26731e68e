#include "core/builtin/admin_status.h"

#include <array>
#include <chrono>

#include "core/base/json_writer.h"

namespace svc {
namespace {

void write_totals(JsonWriter& json, const RouteTotals& totals) {
  constexpr std::array<std::string_view, kStatusClasses> kNames = {"",    "1xx", "2xx",
                                                                   "3xx", "4xx", "5xx"};
  json.object([&] {
    json.field("service", totals.service);
    json.field("method", totals.method);
    json.field("route", totals.route);
    json.key("answers");
    json.object([&] {
      for (size_t i = 2; i < kStatusClasses; ++i) json.field(kNames[i], totals.answers[i]);
    });
    json.field("failed", totals.failed);
    json.field("in_flight", totals.in_flight);
    json.field("bytes_in", totals.bytes_in);
    json.field("bytes_out", totals.bytes_out);
    json.field("took_s", static_cast<double>(totals.took_ns) / 1e9);
    json.key("took");
    json.array([&] {
      for (const uint64_t count : totals.took) json.value(count);
    });
  });
}

}  // namespace

std::string admin_status(const Board& board, std::string_view document,
                         const std::vector<size_t>& alive, Duration age) {
  std::string more;
  JsonWriter json(more);
  json.object([&] {
    json.field("facts_age_s", std::chrono::duration<double>(age).count());
    json.key("latency_bounds_s");
    json.array([&] {
      for (const Duration bound : kLatencyBounds)
        json.value(std::chrono::duration<double>(bound).count());
    });
    json.key("routes");
    json.array([&] {
      for (const RouteTotals& totals : route_totals(board, alive)) write_totals(json, totals);
    });
  });
  // Two objects made one: the master's text ends with its brace.
  if (!document.starts_with('{') || !document.ends_with('}') || document.size() <= 2) return more;
  std::string text(document.substr(0, document.size() - 1));
  return text.append(",").append(more, 1);
}

}  // namespace svc
