// status_view.h — the status as a person reads it.
//
//   shop  ready  pid 412  generation 3  up 2h5m
//
//   users  ready  generation 3  4 of 4 workers ready
//     127.0.0.1:8001
//     WORKER  PID  STATE  GEN  UPTIME  REQUESTS  BUSY  CONNS   RSS
//          0  413  ready    3    2h5m      1034     1     12  8.1M
#pragma once

#include <string>

#include "cmd/svcctl/status_document.h"
#include "cmd/svcctl/terminal.h"

namespace svc {

std::string format_status(const Status& status, const Terminal& terminal);
// What `start` prints: each service with its addresses and number of workers.
std::string format_services(const Status& status, const Terminal& terminal);

}  // namespace svc
