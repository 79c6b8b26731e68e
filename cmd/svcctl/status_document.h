// status_document.h — the master's status, as far as a person is told. simdjson stays behind it.
//
//   {"name","pid","generation","state","uptime_s","services":[{"name","state","generation",
//     "listen":[…],"workers_wanted","restarts","last_death",
//     "workers":[{"index","pid","state","generation",…}]}]}
//
// What else there is in a worker is shown in the order in which it comes, if it is a number or
// text: a newer master can tell an older svcctl more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace svc {

struct StatusWorker {
  std::vector<std::pair<std::string, std::string>> fields;       // Name, value as text.
  std::string_view field(std::string_view name) const noexcept;  // "" if there is none.
};

struct StatusService {
  std::string name;
  std::string state;
  int64_t generation = 0;
  int64_t workers_wanted = 0;
  int64_t restarts = 0;
  std::string last_death;
  bool on_probation = false;
  std::vector<std::string> quarantined;  // Routes.
  std::vector<std::string> listen;
  std::vector<StatusWorker> workers;
};

struct Status {
  std::string name;
  int64_t pid = 0;
  int64_t generation = 0;
  std::string state;
  double uptime_s = 0;
  std::vector<StatusService> services;
};

// Errors: protocol_error for what is no such document.
Result<Status> parse_status(std::string_view json);

struct RouteLine {
  std::string service, method, pattern;
};
// {"services":[{"name","routes":[{"method","pattern"}]}]}. Errors: protocol_error.
Result<std::vector<RouteLine>> parse_routes(std::string_view json);

}  // namespace svc
