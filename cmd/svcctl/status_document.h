// status_document.h — the master's status, as far as a person is told. simdjson stays behind it.
//
//   {"name","pid","generation","state","uptime_s","at_s","config","services":[{"name","state",
//     "generation","uptime_s","listen":[…],"workers_wanted","restarts","restarts_by_reason":{…},
//     "requests","errors","recent":{…},"took":[…],"draining":[…],"last_death",
//     "workers":[{"index","pid","state","generation",…}]}]}
//
// What else there is in a worker is shown in the order in which it comes, if it is a number or
// text: a newer master can tell an older svcctl more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/board/work_rates.h"

namespace svc {

struct StatusWorker {
  std::vector<std::pair<std::string, std::string>> fields;       // Name, value as text.
  std::string_view field(std::string_view name) const noexcept;  // "" if there is none.
};

// Another service that it calls.
struct StatusUpstream {
  std::string name;
  std::string breaker;  // "closed", "half_open", "open"
  int64_t workers_open = 0;
  int64_t ejected = 0;
};

// A generation that is on its way out.
struct StatusDraining {
  int64_t generation = 0;
  int64_t workers = 0;
  int64_t in_flight = 0;
  double killed_in_s = 0;
};

struct StatusService {
  std::string name;
  std::string state;
  int64_t generation = 0;
  int64_t workers_wanted = 0;
  std::optional<double> uptime_s;                        // Of the generation.
  int64_t restarts = 0;                                  // Under this master.
  std::vector<std::pair<std::string, int64_t>> reasons;  // Under all masters, by reason.
  WorkSample work;
  int64_t log_lines_dropped = 0;  // By its workers.
  int64_t access_log_lines_dropped = 0;
  std::optional<WorkRates> recent;  // An older master says nothing of it.
  std::vector<StatusDraining> draining;
  std::string last_death;
  bool on_probation = false;
  bool drained = false;                  // By SIGWINCH.
  std::vector<std::string> quarantined;  // Routes.
  std::vector<std::string> passed_by;    // Workers that get no new connections, by index.
  std::vector<std::string> listen;
  std::vector<StatusUpstream> upstreams;
  std::vector<StatusWorker> workers;

  int64_t total(std::string_view field) const noexcept;  // Of all workers.
  size_t ready() const noexcept;                         // Workers.
};

struct Status {
  std::string name;
  int64_t pid = 0;
  int64_t generation = 0;
  std::string state;
  double uptime_s = 0;
  int64_t log_lines_dropped = 0;  // By the master, and those before it.
  std::string config;             // Real path of the file that it runs; "" if it has none.
  std::vector<StatusService> services;
};

// Errors: protocol_error for what is no such document.
Result<Status> parse_status(std::string_view json);

struct RouteLine {
  std::string service, method, pattern;
  std::string limits;  // "offload, deadline 2m, body 16MiB"
  std::string around;  // "cors, rate limit 5/s"
  std::string summary;
};
// {"services":[{"name","routes":[{"method","pattern",…}]}]}. Errors: protocol_error.
Result<std::vector<RouteLine>> parse_routes(std::string_view json);

}  // namespace svc
