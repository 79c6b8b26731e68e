// spawn.h — one worker: fork(2), and what happens in the child before its own code runs.
//
// Why a list of steps: each of them prevents a known disaster. Descriptors go first (a worker must
// not hold another's life-line), then what the master knows of other services, privileges last of
// what needs them; and whatever fails is told over the channel, as any failed boot is.
//
// Processes: spawn_worker() in the master, which has one thread (checked: a lock that another
// thread held would be held for ever in the child).
#pragma once

#include <sys/types.h>

#include <functional>
#include <vector>

#include "core/process/credentials.h"
#include "core/process/worker_start.h"

namespace svc {

struct SpawnOrder {
  WorkerStart start;  // start.module is left empty: see `module`.
  int module = -1;    // Borrowed from the generation; the child's copy becomes start.module.
  Credentials credentials;
  Fd standard_output;  // The child's ends of the pipes whose other ends the master reads.
  Fd standard_error;
  std::function<void()> wipe;  // In the child: other services' secrets.
};

// Returns the child's pid. Errors: fork(2). Never returns in the child.
Result<pid_t> spawn_worker(SpawnOrder order, const WorkerMain& worker_main);

// REQUIRES-check before each fork: this process has exactly one thread. (ThreadSanitizer adds one.)
void check_single_thread();

}  // namespace svc
