// master.h — the one process that owns listeners, workers and generations.
//
// What it does: binds, forks workers, watches them, replaces them, reloads, answers the control
// socket. What it does not: load service code, parse network input, open client connections,
// resolve names, start threads, sleep anywhere but in its loop.
//
// The way through the code: run() turns the loop; each turn's facts (signals, deaths, channel
// messages, beats, control calls, the clock) go to supervise() (supervision.h), a pure function
// that returns actions; the master carries them out.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/base/result.h"
#include "core/process/succession.h"
#include "core/process/worker_start.h"

namespace svc {

struct MasterOptions {
  Config config;  // As loaded at the start.
  // Loads the configuration anew, for a reload. Runs in a forked child of the master; its result
  // comes back as text with a size cap.
  std::function<Result<Config>()> load;
  WorkerMain worker_main;
  int ready_pipe = -1;  // `svcctl start` waits here: progress lines, then "ready" or an error.
  // For an upgrade: the program, then its arguments from argv[0] on; empty: there can be none.
  std::vector<std::string> command = {};
  int init = -1;                                // Where init is told of a successor (init.h).
  std::optional<Inheritance> inheritance = {};  // A master has started us to follow it.
};

class SVC_API Master {
 public:
  // Takes the pid file, binds every address, makes the board and the control socket. Errors: one
  // sentence; nothing is left behind.
  static Result<std::unique_ptr<Master>> create(MasterOptions options);
  virtual ~Master() = default;

  // Serves until told to stop. Returns the exit status: 0 after a stop; 1 when the first generation
  // never became ready.
  virtual int run() = 0;
};

}  // namespace svc
