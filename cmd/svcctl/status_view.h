// status_view.h — the status as a person reads it.
//
//   shop  ready  pid 412  generation 3  up 2h5m
//
//   users  ready  generation 3  up 2h5m  4 of 4 workers ready
//     127.0.0.1:8001
//     1034 req/s, p50 1.2ms, p99 12ms in the last 10s; memory 32.4M
//     restarts: 2 by own fault, 1 killed
//     WORKER  PID  STATE  GEN  UPTIME  REQUESTS  BUSY  CONNS   MEM
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
