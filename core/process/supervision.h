// supervision.h — what is to be done, from what is known and what time it is.
//
// Why a pure function: everything that kills, spawns, promotes or gives up is decided here, without
// a system call, so that years of odd timing are tested in milliseconds. It is level-triggered:
// what has been carried out and noted (facts.h) is not asked for again, and nothing is lost if an
// action has to wait for the next look.
//
// Process: the master, once a turn of its loop. Clock: `now` is passed in.
#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "core/process/facts.h"

namespace svc {

struct SpawnWorker {
  std::string service;
  uint64_t generation;
  uint32_t index;
};
struct TellServe {
  WorkerKey worker;
};
struct TellDrain {
  WorkerKey worker;
  std::chrono::milliseconds left;  // What the worker is told: less than the patience we have.
  Instant kill_at;
  bool heirs;  // Others of its service stay: they take its connections.
};
struct Steer {  // The whole list, ascending; the others take new connections, and what waits at
                // these.
  std::string service;
  std::vector<uint32_t> away;
  bool nobody = false;  // No worker can take any: the list is as it was.
};
struct SendAbort {  // SIGABRT: it writes a backtrace, if it still can.
  WorkerKey worker;
  std::string why;
};
struct SendKill {
  WorkerKey worker;
  std::string why;
};
struct Promote {};  // The reload on trial: incoming sets become serving, serving ones outgoing.
struct RollBack {
  std::string why;
};
struct Restore {  // The service's generation has failed on probation: back to the last good one.
  std::string service;
};
struct Quarantine {  // The route kills whoever serves it.
  std::string service;
  uint64_t generation;
  uint64_t route;
};
struct ForgetSeat {  // Scaled down or recycled, and its worker is gone.
  std::string service;
  uint64_t generation;
  uint32_t index;
};
struct ForgetSet {  // Outgoing, and its last worker is gone.
  std::string service;
  uint64_t generation;
};
struct DrainLast {};  // In a stop: the other services have ended.
struct Announce {};   // The first generation serves.
struct GiveUp {       // It never will.
  std::string why;
};
struct Leave {};  // Everything has ended.

using Action =
    std::variant<SpawnWorker, TellServe, TellDrain, Steer, SendAbort, SendKill, Promote, RollBack,
                 Restore, Quarantine, ForgetSeat, ForgetSet, DrainLast, Announce, GiveUp, Leave>;

struct Decisions {
  std::vector<Action> actions;
  // Nothing changes by itself before this moment. max(): not at all.
  Instant look_again = Instant::max();
};
Decisions supervise(const Facts& facts, Instant now);

// By how much the master came late to a look it had planned; zero unless that is worth mentioning.
// Then the machine or the master stood still, and what workers didn't do meanwhile means nothing.
Duration overslept(const Facts& facts, Instant planned, Instant now) noexcept;

enum class ServiceState : uint8_t {
  booting,
  ready,
  degraded,    // Fewer workers serve than are wanted.
  crash_loop,  // A worker fails again and again before it is ready.
  reloading,
  draining
};
std::string_view name_of(ServiceState state) noexcept;
ServiceState state_of(const Facts& facts, const ServiceFacts& service) noexcept;
// Nothing of it serves, and nothing will: all that is left drains.
bool is_drained(const Facts& facts, const ServiceFacts& service) noexcept;

}  // namespace svc
