// status_view.h — the status as a person reads it.
//
//   shop  pid 412  generation 3
//
//   users  ready  generation 3  4 of 4 workers ready
//     127.0.0.1:8001
//     WORKER  PID  STATE  GEN  CONNECTIONS  …
//          0  413  ready    3           12
#pragma once

#include <string>

#include "cmd/svcctl/status_document.h"
#include "cmd/svcctl/terminal.h"

namespace svc {

std::string format_status(const Status& status, const Terminal& terminal);
// What `start` prints: each service with its addresses and number of workers.
std::string format_services(const Status& status, const Terminal& terminal);

}  // namespace svc
