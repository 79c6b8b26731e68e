// obituary.h — what is told about a dead worker: who, of what, serving what. One line, unless
// several mistakes kept it from booting: then a line each behind the first.
//
//   users worker 1 (pid 412) died: SIGSEGV in POST /orders id=00000000000000a3 (loop), address 0x10
//   users worker 0 (pid 413) died: SIGABRT: no sign of life for heartbeat_timeout, 10s; in GET
//   /spin users worker 0 (pid 414) failed to boot: no setting "databse" (exit status 1)
//
// Why the slot is asked, too: who is killed by SIGKILL has no last words, but what ran is in the
// board. All of it is the worker's claim, and is cut and cleaned.
//
// Process: the master. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/board/board.h"
#include "core/process/death.h"
#include "core/process/generation.h"

namespace svc {

struct DeadWorker {
  std::string service;
  uint32_t index = 0;
  const Generation& generation;
  const WorkerSlot& slot;
  std::string failure;      // ChannelKind::failed; empty: none.
  std::string kill_reason;  // Why we ended it; empty: we didn't.
};

std::string obituary(const DeadWorker& dead, const Death& death);

// "#0 f", "#1 g (62 times)", "#63 main": equal neighbours, which a recursion without an end leaves,
// are told once.
std::vector<std::string> numbered_frames(const std::vector<std::string>& frames);

}  // namespace svc
