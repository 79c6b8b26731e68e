// top_rates.h — what happened between two answers of the master: rates of services and workers.
//
// Where there is nothing to compare with (the first answer, a new service, a server that was
// restarted meanwhile), the master's own figures of the last ten seconds stand in.
//
// Threads: pure functions.
#pragma once

#include <map>
#include <string>

#include "cmd/svcctl/status_document.h"

namespace svc {

struct TopRates {
  double requests_per_s = 0;
  double errors_per_s = 0;
  std::map<std::string, WorkRates> services;
  std::map<std::string, double> workers;  // Requests a second, by pid.
};

// `before`: nullptr for none.
TopRates top_rates(const Status* before, const Status& now);

}  // namespace svc
