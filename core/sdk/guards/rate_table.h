// rate_table.h — the buckets of all rate limits of a service, in memory that its workers share.
//
// Why a hash table of bare words: there may be a bucket for each of a million clients, any worker
// must find it in tens of nanoseconds, and a worker may be killed at any instruction. A cell is a
// tag (64 bits of a keyed hash: siphash.h) and a TAT (gcra.h). A tag is looked for in one set of 8
// cells, two cache lines. A cell whose TAT has passed is a full bucket and so anybody's: nothing
// has to be removed. When all 8 are in use, the one that is nearest to full gives way: its key gets
// back at most what it had used up.
//
// Nothing locks. What is lost at worst: two workers that meet a new key in the same nanoseconds may
// give it two cells, or one of them charges a cell that has just changed hands: one token each.
//
// Processes: all workers of a service. Clock: CLOCK_MONOTONIC, the same for all processes.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/api.h"
#include "core/sdk/guards/gcra.h"

namespace svc {

class SVC_API RateTable {
 public:
  // Over zeroed or lived-in memory, aligned to 64 bytes; uses the largest power of two of sets that
  // fits. REQUIRES: room for one set.
  explicit RateTable(std::span<std::byte> memory) noexcept;

  // Takes `cost` tokens from the bucket of `tag`, if it has them. Bounded: never waits.
  RateDecision take(uint64_t tag, const Gcra& gcra, Instant now, uint64_t cost = 1) noexcept;

  size_t cells() const noexcept { return sets_.size() * kWays; }

 private:
  static constexpr size_t kWays = 8;
  static constexpr int kAttemptsMax = 64;

  struct Cell {
    std::atomic<uint64_t> tag;     // 0: never used.
    std::atomic<uint64_t> tat_ns;  // Passed: anybody's.
  };
  struct alignas(64) Set {
    Cell cells[kWays];
  };
  static_assert(std::atomic<uint64_t>::is_always_lock_free, "a lock would outlive a killed worker");

  Cell* find(uint64_t tag, uint64_t now_ns) noexcept;

  std::span<Set> sets_;
};

}  // namespace svc
