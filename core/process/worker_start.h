// worker_start.h — exactly what crosses fork(2) from the master into a worker.
//
// Why a list: whatever is not on it has been closed or wiped before the worker's own code runs
// (spawn.cc). The master's floor knows no service code; what a worker does is handed in from above.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/board/board.h"
#include "core/net/listener.h"
#include "core/process/channel.h"

namespace svc {

inline constexpr std::string_view kAdminBuiltin = "admin";

struct RegionStart {
  std::string name;
  uint64_t size = 0;
  int memfd = -1;
};

struct WorkerStart {
  std::string master_name;    // [master] name
  ServiceConfig service;      // This service's alone.
  Duration orphan_timeout{};  // [master] orphan_timeout
  size_t index = 0;
  uint64_t generation = 0;
  Channel channel;  // Worker's end.
  WorkerSlot* slot = nullptr;
  std::span<RouteSlot> rows;  // Beside the slot.
  // Of `builtin = "admin"` only: what it reports about all services (core/board/observation.h).
  const Board* board = nullptr;
  int facts = -1;
  std::vector<AcceptSocket> sockets;  // Their descriptors are the worker's.
  // Ends of the service's pair: connections of a worker that leaves (core/http/hand_over.h).
  int hand_over_in = -1;
  int hand_over_out = -1;
  std::vector<RegionStart> regions;  // Shared by the service's workers (core/board/region.h).
  // Should the master die: where the next one calls, what it takes over, and the sign that somebody
  // of this master's still lives (strays.h, fd_store.h, lives.h).
  int orphans = -1;
  int store = -1;
  int life = -1;
  int access_log = -1;      // -1: its own goes where the log goes.
  Fd module;                // Pinned by the generation; invalid for a builtin.
  std::string module_path;  // For messages.
};

// Runs in the forked worker, after privileges are dropped and signals are back to their defaults;
// returns the exit status, which the caller passes to _exit(2).
using WorkerMain = std::function<int(WorkerStart)>;

}  // namespace svc
