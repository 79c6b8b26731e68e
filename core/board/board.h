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
//   offset 4096   WorkerSlot[0]   each a multiple of 64 bytes
//                 WorkerSlot[1] …
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/base/mapping.h"
#include "core/base/result.h"

namespace svc {

// A counter or gauge with one writer. Readers may see it a moment late, never torn.
class BoardNumber {
 public:
  void add(uint64_t by = 1) noexcept { set(get() + by); }
  void subtract(uint64_t by = 1) noexcept { set(get() - by); }
  void set(uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }
  // Who sees the published value with get_published() sees everything written before it, too.
  void publish(uint64_t value) noexcept { value_.store(value, std::memory_order_release); }
  uint64_t get_published() const noexcept { return value_.load(std::memory_order_acquire); }

 private:
  std::atomic<uint64_t> value_{0};
};
static_assert(std::atomic<uint64_t>::is_always_lock_free, "a lock would outlive a killed worker");

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

inline constexpr size_t kStatusClasses = 6;  // [0] unused, [1] 1xx … [5] 5xx.
inline constexpr size_t kPoolThreadsMax = 64;

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
  // Counters.
  BoardNumber connections_accepted;
  BoardNumber connections_refused;  // connections_max, EMFILE.
  std::array<BoardNumber, kStatusClasses> answers;
  BoardNumber requests_failed;  // Ended without a complete answer: client gone, reset, cut.
  BoardNumber bytes_in;
  BoardNumber bytes_out;
  BoardNumber loop_stalls;   // Turns that took longer than 50 ms.
  BoardNumber loop_busy_ns;  // Time that the loop did not wait; counted up at each beat.
  // Written by pool threads, a line each.
  struct alignas(64) PoolThread {
    RunningRequest running;
  };
  std::array<PoolThread, kPoolThreadsMax> pool;

  SVC_API uint64_t answered() const noexcept;  // Sum of answers[2..5].
};

struct BoardHeader {
  uint64_t magic;   // "svcboard"
  uint32_t layout;  // kBoardLayout
  uint32_t slots;
  uint64_t size;  // Of the whole mapping.
};
inline constexpr uint32_t kBoardLayout = 2;

class SVC_API Board {
 public:
  static constexpr size_t kSlotsMax = 1024;

  static Result<Board> create(size_t slots);  // Errors: invalid_argument; SharedMapping's.
  static Result<Board> attach(Fd memfd);      // Checks magic, layout, size.

  size_t slots() const noexcept { return slots_.size(); }
  WorkerSlot& slot(size_t index) noexcept;  // REQUIRES: index < slots().
  const WorkerSlot& slot(size_t index) const noexcept;
  int descriptor() const noexcept { return mapping_.descriptor(); }

  // Before a worker is forked for slot `index`: "booting", gauges and running entries zero, owner
  // counted up; counters stay. Master only.
  void claim(size_t index) noexcept;

 private:
  explicit Board(SharedMapping mapping);
  SharedMapping mapping_;
  std::span<WorkerSlot> slots_;
};

}  // namespace svc
