#include "core/process/drain_report.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/base/units.h"

namespace svc {
namespace {

Draining report_of(const WorkerSet& set, const Pool& pool, Instant now) {
  Draining report{.generation = set.generation, .killed_in = std::max(set.kill_at - now, 0ns)};
  for (const Seat& seat : set.seats) {
    if (!seat.worker) continue;
    ++report.workers;
    report.in_flight += pool.in_flight(*pool.find(seat.worker->key));
  }
  return report;
}

}  // namespace

std::vector<Draining> draining_sets(const ServiceFacts& facts, const Pool& pool, Instant now) {
  std::vector<Draining> reports;
  for (const WorkerSet& set : facts.sets)
    if (set.role == SetRole::outgoing) reports.push_back(report_of(set, pool, now));
  return reports;
}

std::string drain_line(const Facts& facts, const Pool& pool, Instant now) {
  Duration patience{};
  std::string busy;
  size_t busy_services = 0;
  for (const ServiceFacts& service : facts.services) {
    bool any = false;
    for (const Draining& each : draining_sets(service, pool, now)) {
      if (each.workers > 0) patience = std::max(patience, each.killed_in);
      any |= each.in_flight > 0;
    }
    if (!any) continue;
    busy = service.name;
    ++busy_services;
  }
  std::string line =
      fmt::format("draining: {} in flight, {} left", format_count(pool.in_flight(), "request"),
                  format_count(pool.size(), "worker"));
  if (patience > 0s)
    line += fmt::format(", cut off in {}s",
                        std::chrono::duration_cast<std::chrono::seconds>(patience).count());
  if (busy_services == 1 && facts.services.size() > 1) line += fmt::format(" ({})", busy);
  return line;
}

}  // namespace svc
