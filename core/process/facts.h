// facts.h — what the master knows: services, sets of seats, workers, a reload on trial, a stop.
//
// Why plain values in private memory: everything that decides over a process is here, and nothing
// of it can be written by a worker. Beats and running handlers are claims that the master copies in
// from the board once a turn. supervise() (supervision.h) reads the facts; what the actions change
// is noted with the functions below, so that both halves are tested without a process.
//
//   Facts ── ServiceFacts ── WorkerSet (one generation; at most two live) ── Seat ── WorkerFacts
//
// A seat is a place that wants a worker; a worker that dies leaves its seat empty until the next.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/process/backoff.h"
#include "core/process/death.h"
#include "core/process/worker_states.h"

namespace svc {

using WorkerKey = uint64_t;  // The master's own; never used twice.

struct WorkerFacts {
  WorkerKey key = 0;
  WorkerState state = WorkerState::booting;
  Instant since{};                   // In this state.
  std::optional<Instant> ready_at;   // It reported ready then.
  Instant kill_at = Instant::max();  // While draining: the end of patience.
  bool has_heirs = false;            // While draining: it was told that others stay.
  std::optional<Instant> lost_at;    // Its channel ended, though it lives.
  // Claims of its own, from the board.
  Instant beat{};
  std::optional<Instant> running_since;  // A handler has had the loop's thread since.
};

struct Seat {
  uint32_t index = 0;
  std::optional<WorkerFacts> worker;
  Instant spawn_at = Instant::min();  // Not before. max(): not at all.
  unsigned failures = 0;              // Deaths before ready, in a row.
  Instant empty_since{};              // While there is no worker.
  bool leaving = false;               // Scaled down: its worker is drained and none follows.
  // Another seat has its index: this worker serves until that seat's does, then it is drained.
  bool recycling = false;
  // The place is one that counts, not one that is on its way out.
  bool stays() const noexcept { return !leaving && !recycling; }
};

// What supervision needs of a service's configuration. Durations as in settings.def.
struct Policy {
  Duration boot_timeout = 30s;
  Duration heartbeat_interval = 1s;
  Duration heartbeat_timeout = 10s;
  Duration request_timeout = 30s;
  Duration graceful_timeout = 25s;
  Duration backoff_reset = 10s;
  BackoffPolicy backoff;
  bool drains_last = false;  // In a stop: it tells how the others do.
};

// Workers that died by their own fault while they served this route.
struct RouteFaults {
  uint64_t route = 0;
  std::vector<Instant> deaths;  // The last kQuarantineDeaths of them.
};
inline constexpr size_t kQuarantineDeaths = 3;      // So many …
inline constexpr Duration kQuarantineWindow = 60s;  // … within this time.
inline constexpr unsigned kProbationDeaths = 3;     // So many …
inline constexpr Duration kProbation = 10s;         // … so soon after a promotion.

enum class SetRole : uint8_t {
  incoming,  // On trial: its workers wait in standby.
  serving,   // The one that counts.
  outgoing,  // Drained, or killed where nothing is served yet; nothing is respawned.
};

struct WorkerSet {
  uint64_t generation = 0;
  SetRole role = SetRole::serving;
  Policy policy;
  std::vector<Seat> seats;
  // Serving only.
  Instant serving_since{};                    // Earlier than the master's start: since that.
  std::optional<Instant> on_probation_since;  // By a reload, with a better one to go back to.
  unsigned probation_deaths = 0;
  bool given_up = false;  // The last good one is on its way: whose fault it was doesn't matter.
  std::vector<RouteFaults> faults;
  std::vector<uint64_t> quarantined;  // Routes.
  // Outgoing only.
  Instant drain_at{};  // Workers are told then: later than the decision if listeners retire.
  Instant kill_at{};   // graceful_timeout after the decision.
};

size_t wanted_workers(const WorkerSet& set) noexcept;  // Seats that stay.
size_t ready_workers(const WorkerSet& set) noexcept;   // Those of them whose worker serves.

struct ServiceFacts {
  std::string name;
  std::vector<WorkerSet> sets;
  RespawnBudget budget;
  std::vector<uint32_t> away;  // Indices that new connections are steered away from; ascending.
  bool unattended = false;     // All are silent or down: `away` is as it was before.
  // Until the first generation has been announced.
  std::optional<std::string> boot_failure;  // Why a worker of it didn't get ready.

  WorkerSet* set_in(SetRole role) noexcept;
  const WorkerSet* set_in(SetRole role) const noexcept;
};

// A reload between its workers' start and its end.
struct Trial {
  std::optional<std::string> failure;  // The first one decides.
};

// announced: everybody may know of it, and nothing is drained yet (pre_stop_delay).
enum class StopPhase : uint8_t { none, announced, graceful, now };

struct Facts {
  std::vector<ServiceFacts> services;
  std::optional<Trial> trial;
  bool announced = false;    // The first generation serves: "ready" has been told.
  bool strict_boot = false;  // One service that fails ends a first start (somebody waits for it).
  StopPhase stop = StopPhase::none;
  bool succeeded = false;  // Another master's workers serve when ours have gone.
  bool reloading = false;  // From the reading of a new configuration to the end of its trial.
  Instant awake_since{};   // Silence before the master itself slept is nobody's fault.

  ServiceFacts* service(std::string_view name) noexcept;
  const ServiceFacts* service(std::string_view name) const noexcept;
};

bool drains(const Facts& facts) noexcept;  // Some generation is on its way out.

// Where a worker sits. Valid until the facts change shape.
struct SeatRef {
  ServiceFacts* service = nullptr;
  WorkerSet* set = nullptr;
  Seat* seat = nullptr;
  explicit operator bool() const noexcept { return seat != nullptr; }
};
SeatRef find_worker(Facts& facts, WorkerKey key) noexcept;
WorkerSet* find_set(ServiceFacts& service, uint64_t generation) noexcept;

// A set of `workers` empty seats.
WorkerSet make_set(uint64_t generation, SetRole role, size_t workers, const Policy& policy);

void note_spawned(Seat& seat, WorkerKey key, Instant now);
void note_event(Seat& seat, WorkerEvent event, Instant now);  // REQUIRES: a worker, that may.
// The seat is empty, and knows from the table when it wants a worker again. `random` as for
// backoff_delay().
void note_death(const Facts& facts, const SeatRef& place, DeathCause cause, Instant now,
                double random);
// A worker of a serving set has died by its own fault, at `route` if that is known. `known`: that
// route has killed workers of former generations, too.
void note_own_fault(WorkerSet& set, std::optional<uint64_t> route, bool known, Instant now);
void note_quarantined(WorkerSet& set, uint64_t route);
void note_released(WorkerSet& set, uint64_t route);
bool on_probation(const WorkerSet& set, Instant now) noexcept;
// Known by now why a death happened whose seat waits for that: a trial or a first start has failed.
void note_failure(Facts& facts, ServiceFacts& service, SetRole role, std::string reason,
                  Instant now);
// The worker has served long enough: a seat for its replacement is added, and it serves until that
// one does. False, and nothing has changed, for one that is on its way out, or not yet there.
// Invalidates `place`.
bool note_recycling(const SeatRef& place, Instant now);
// The set is on its way out: from `drain_at` on its workers are told, graceful_timeout later
// killed.
void note_outgoing(WorkerSet& set, Instant now, Instant drain_at);
// Those that drain last are left alone in a graceful stop, until note_last_stop().
void note_stop(Facts& facts, StopPhase phase, Instant now, Instant drain_at);
void note_last_stop(Facts& facts, Instant now, Instant drain_at);
// Whether only sets that drain last are left, and have not been told yet.
bool last_is_left(const Facts& facts) noexcept;
// The master slept for `by` longer than it wanted: no deadline came closer meanwhile.
void note_overslept(Facts& facts, Duration by, Instant now);

}  // namespace svc
