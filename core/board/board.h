// board.h — shared memory in which workers say how they are, and the master reads it.
//
// Why: a stuck worker can't answer messages, and a killed one can't report its counters. A worker
// stores; the master only reads. No lock, no pointer, no string: a worker that is killed half-way
// through anything can't wedge or mislead the master beyond its own slot; one that scribbles over
// the others' at worst gets workers replaced that were well. The master keeps what matters (pids,
// slots, generations) in private memory and treats every word here as a claim.
//
// Counters are never zeroed: a slot's next owner continues them, so that sums never go backwards
// and a dead worker's numbers are not lost. Gauges and the "running" entries are reset by claim().
//
// Processes: made by the master (a memfd, so that an upgrade can take it over), inherited by
// workers. Slot i is written by its owner alone; each field by one thread of it (so a counter is a
// load and a store, never an atomic read-modify-write). Clock: CLOCK_MONOTONIC.
//
//   offset 0      BoardHeader     magic, layout, slots, size
//   offset 64     how many slots have been used, from the first
//   offset 72     lines of the log that masters have lost
//   offset 4096   WorkerSlot[0]   each a multiple of 64 bytes
//                 WorkerSlot[1] …
//   a page        RouteSlot[0][0] …, kRoutesOfSlot for each slot (routes.h), page by page as used
//   boundary
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/base/mapping.h"
#include "core/base/result.h"
#include "core/board/board_number.h"
#include "core/board/routes.h"

namespace svc {

// What runs somewhere right now. started_ns is written last when a request begins and first (0)
// when it ends: a reader that reads it first (get_published) and sees it non-zero sees the rest
// too, or what began a moment later.
struct SVC_API RunningRequest {
  BoardNumber started_ns;  // CLOCK_MONOTONIC; 0: nothing runs.
  BoardNumber route;       // Index in the service's route table.
  BoardNumber request_id;  // Low 64 bits; shown as 16 hex digits.

  void begin(uint64_t route_id, uint64_t id, Instant now) noexcept;
  void end() noexcept { started_ns.set(0); }
};

inline constexpr size_t kPoolThreadsMax = 64;
// Why workers died, in the order of DeathCause (core/process/death.h), as metrics name it.
inline constexpr std::array<std::string_view, 4> kDeathReasons = {"before_ready", "own_fault",
                                                                  "killed", "asked"};
inline constexpr size_t kDeathCauses = kDeathReasons.size();

inline constexpr size_t kUpstreamsShown = 16;  // Of one worker.

// How one upstream of a worker does: whom its service calls. Written by the loop's thread.
struct alignas(64) UpstreamSlot {
  static constexpr size_t kNameMax = 32;  // Longer names are cut.

  BoardText<kNameMax> name_text;  // Empty: nobody uses it.
  // Gauges.
  BoardNumber breaker;  // 0 closed, 1 open, 2 half open.
  BoardNumber ejected;  // Addresses that are left alone.
  // Counters.
  BoardNumber requests;  // Attempts.
  BoardNumber failures;  // Of them, those that brought no answer or a 5xx.
  BoardNumber retries;
  BoardNumber hedges;
  BoardNumber refused;  // Calls that an open breaker answered.
  BoardNumber opened;   // How often the breaker did.

  std::string name() const { return name_text.get(); }  // As it stands there: a claim.
  static std::string short_name(std::string_view name) {
    return std::string(name.substr(0, kNameMax));
  }
  void take(std::string_view name) noexcept { name_text.set(name); }  // Counters go on.
};

struct alignas(64) WorkerSlot {
  // Written by the loop's thread.
  BoardNumber beat_ns;  // Last beat; 0: still booting.
  BoardNumber owner;    // How often the slot has been claimed: tells successive owners apart.
  RunningRequest loop;  // The handler that has the loop's thread now.
  // Gauges.
  BoardNumber connections_open;
  BoardNumber connections_idle;
  BoardNumber requests_in_flight;
  BoardNumber loop_lag_ns;  // The longest turn between the last two beats.
  BoardNumber draining;     // 1 once the worker has stopped accepting.
  BoardNumber jobs_queued;  // That wait for a thread of the pool, at the last beat …
  BoardNumber jobs_age_ns;  // … and how long the first of them had waited.
  // Counters.
  BoardNumber connections_accepted;
  BoardNumber connections_refused;  // connections_max, EMFILE.
  std::array<BoardNumber, kStatusClasses> answers;
  BoardNumber requests_failed;  // Ended without a complete answer: client gone, reset, cut.
  BoardNumber bytes_in;
  BoardNumber bytes_out;
  BoardNumber loop_stalls;   // Turns that took longer than 50 ms.
  BoardNumber loop_busy_ns;  // Time that the loop did not wait; counted up at each beat.
  BoardNumber routes_used;   // Rows of routes(), from the first.
  BoardNumber access_log_lines_dropped;
  BoardNumber log_lines_dropped;  // By whichever thread logs: add_shared().
  // Written by the master, who goes by none of it.
  BoardText<64> service;                           // Whose slot it is; longer names are cut.
  std::array<BoardNumber, kDeathCauses> deaths{};  // Of its owners, by cause.
  BoardNumber recycled;                            // Owners that were replaced in time.
  // Written by pool threads, a line each.
  struct alignas(64) PoolThread {
    RunningRequest running;
  };
  std::array<PoolThread, kPoolThreadsMax> pool;
  std::array<UpstreamSlot, kUpstreamsShown> upstreams;

  SVC_API uint64_t answered() const noexcept;  // Sum of answers[2..5].
};

struct BoardHeader {
  uint64_t magic;   // "svcboard"
  uint32_t layout;  // kBoardLayout
  uint32_t slots;
  uint64_t size;  // Of the whole mapping.
};
inline constexpr uint32_t kBoardLayout = 5;

class SVC_API Board {
 public:
  static constexpr size_t kSlotsMax = 1024;

  static Result<Board> create(size_t slots);  // Errors: invalid_argument; SharedMapping's.
  static Result<Board> attach(Fd memfd);      // Checks magic, layout, size.

  size_t slots() const noexcept { return slots_.size(); }
  WorkerSlot& slot(size_t index) noexcept;  // REQUIRES: index < slots().
  const WorkerSlot& slot(size_t index) const noexcept;
  // Those from the first on that somebody has ever had: what readers look at, for the others are
  // memory that nobody has paid for yet.
  size_t slots_used() const noexcept;
  std::span<RouteSlot> routes(size_t index) noexcept;  // REQUIRES: as slot().
  std::span<const RouteSlot> routes(size_t index) const noexcept;
  // Lines of the log that this master and those before it have lost; two may count at an upgrade:
  // add_shared().
  BoardNumber& master_log_lines_dropped() noexcept;
  const BoardNumber& master_log_lines_dropped() const noexcept;
  int descriptor() const noexcept { return mapping_.descriptor(); }

  // Before a worker of `service` is forked for slot `index`: "booting", gauges and running entries
  // zero, owner counted up; counters stay. Master only.
  void claim(size_t index, std::string_view service) noexcept;

 private:
  Board(SharedMapping mapping, size_t slots);
  SharedMapping mapping_;
  std::span<WorkerSlot> slots_;
  std::span<RouteSlot> routes_;  // kRoutesOfSlot for each slot.
};

}  // namespace svc
