// value_table.h — small values by key, in memory that a service's workers share: SharedCache's
// inside.
//
// Why this shape: fixed slots, because an allocator in shared memory is a lock in disguise and a
// worker may be killed at any instruction. A key has one set of 8 slots. A slot is a seqlock whose
// lock carries the moment at which it was taken: what a killed writer leaves locked is taken over
// after kStolenAfter, and until then it is a miss. A writer that was stopped for longer than that
// may still scribble over its successor's entry: so each entry has a keyed checksum over all that
// it consists of, and a torn one is a miss, too, never a value. Nothing waits, nothing allocates
// but results.
//
// A counter's number is a word of its own, with the slot's generation in it: increments are one
// compare-and-swap, and can't reach an entry that has taken the slot since.
//
// What is lost at worst: an entry (evicted, torn by a kill), as caches lose entries.
//
// Processes: all workers of a service. Clock: CLOCK_MONOTONIC.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/base/siphash.h"

namespace svc {

class SVC_API ValueTable {
 public:
  static constexpr size_t kSlotHeader = 64;
  static constexpr Duration kStolenAfter = 50ms;
  static constexpr int64_t kCounterMax = (int64_t{1} << 47) - 1;

  // Over zeroed or lived-in memory of the same slot size, aligned to 64 bytes. REQUIRES: slot_size
  // is a multiple of 64 above kSlotHeader; room for one set.
  ValueTable(std::span<std::byte> memory, size_t slot_size, const HashSeed& seed) noexcept;

  size_t entry_max() const noexcept { return slot_size_ - kSlotHeader; }  // Key and value.
  size_t slots() const noexcept { return sets_ * kWays; }

  // A counter reads as its decimal digits.
  std::optional<std::string> get(std::string_view key, Instant now) const;
  // False: larger than entry_max(), or others are writing there this very moment.
  bool put(std::string_view key, std::string_view value, Instant now, Instant expires) noexcept;
  bool erase(std::string_view key, Instant now) noexcept;  // False: it wasn't there.
  // The number after the addition; a new one begins at 0 and keeps `expires` of its beginning.
  // nullopt: the key has a value that is no counter, the number would leave ±kCounterMax, the key
  // is too long, or others kept writing.
  std::optional<int64_t> increment(std::string_view key, int64_t by, Instant now,
                                   Instant expires) noexcept;

 private:
  static constexpr size_t kWays = 8;
  static constexpr int kAttemptsMax = 64;

  using Word = std::atomic<uint64_t>;
  static_assert(Word::is_always_lock_free, "a lock would outlive a killed worker");

  // The header of a slot; its data follow it.
  struct Slot {
    Word state;  // Generation << 32 | when it was locked (kLocked | ms), 0: it isn't.
    Word tag;    // Of the key; 0: empty.
    Word expires_ns;
    Word used_ns;  // Seldom written: for eviction.
    Word lengths;  // Value << 32 | key; kCounter.
    Word counter;  // Number << 16 | low bits of the generation.
    Word checksum;
    Word unused;
  };
  static_assert(sizeof(Slot) == kSlotHeader);

  // What was read of a slot in one piece.
  struct Seen {
    uint64_t state = 0;
    size_t key_size = 0;
    size_t value_size = 0;
    bool counter = false;
  };
  struct Entry {
    std::string_view key;
    std::string_view value;
    uint64_t expires_ns = 0;
    bool counter = false;
    int64_t number = 0;
  };

  Slot& slot(uint64_t tag, size_t way) const noexcept;
  static Word* data(Slot& slot) noexcept;
  uint64_t tag_of(std::string_view key) const noexcept;
  bool read(Slot& slot, uint64_t tag, std::string_view key, uint64_t now_ns,
            Seen& seen) const noexcept;
  Slot* find(uint64_t tag, std::string_view key, uint64_t now_ns, Seen& seen) const noexcept;
  static std::optional<uint64_t> lock(Slot& slot, uint64_t state, uint64_t now_ns) noexcept;
  static bool unlock(Slot& slot, uint64_t locked) noexcept;
  Slot* take_victim(uint64_t tag, uint64_t now_ns, uint64_t& locked) noexcept;
  void write(Slot& slot, uint64_t locked, uint64_t tag, uint64_t now_ns,
             const Entry& entry) noexcept;
  bool clear(Slot& slot, uint64_t state, uint64_t now_ns, int64_t* number) noexcept;
  std::optional<int64_t> settle(uint64_t tag, std::string_view key, uint64_t now_ns) noexcept;
  static std::optional<int64_t> add(Slot& slot, uint64_t state, int64_t by, bool& moved) noexcept;
  uint64_t checksum_of(const Slot& slot, const char* data, size_t size) const noexcept;

  std::byte* memory_;
  size_t slot_size_;
  size_t sets_;
  HashSeed seed_;
};

}  // namespace svc
