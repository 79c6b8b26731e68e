#include "core/sdk/guards/rate_table.h"

#include <bit>

#include "core/base/check.h"

namespace svc {
namespace {

uint64_t nanoseconds(Instant now) noexcept {
  return static_cast<uint64_t>(Duration(now.time_since_epoch()).count());
}

}  // namespace

RateTable::RateTable(std::span<std::byte> memory) noexcept {
  SVC_CHECK(memory.size() >= sizeof(Set));
  SVC_CHECK(reinterpret_cast<uintptr_t>(memory.data()) % alignof(Set) == 0);
  // Zeroed or lived-in memory is a valid Set: nothing may be constructed over it.
  sets_ = {reinterpret_cast<Set*>(memory.data()), std::bit_floor(memory.size() / sizeof(Set))};
}

// The cell of `tag`, made its own if it had none; nullptr if others were quicker: look again.
RateTable::Cell* RateTable::find(uint64_t tag, uint64_t now_ns) noexcept {
  Set& set = sets_[tag & (sets_.size() - 1)];
  Cell* victim = nullptr;
  uint64_t victim_tag = 0, victim_tat = UINT64_MAX;
  for (Cell& cell : set.cells) {
    const uint64_t owner = cell.tag.load(std::memory_order_acquire);
    if (owner == tag) return &cell;
    const uint64_t tat = owner == 0 ? 0 : cell.tat_ns.load(std::memory_order_relaxed);
    // The first one that is free, else the one that is the nearest to it: an order on which all
    // that look at the same time agree.
    const uint64_t rank = tat <= now_ns ? 0 : tat;
    if (rank >= victim_tat) continue;
    victim = &cell;
    victim_tag = owner;
    victim_tat = rank;
  }
  if (victim == nullptr ||
      !victim->tag.compare_exchange_strong(victim_tag, tag, std::memory_order_acq_rel))
    return nullptr;
  // Killed here, the new key would begin with what the former one had used: a bucket, all the same.
  if (victim_tat > now_ns)
    victim->tat_ns.compare_exchange_strong(victim_tat, 0, std::memory_order_relaxed);
  return victim;
}

RateDecision RateTable::take(uint64_t tag, const Gcra& gcra, Instant now, uint64_t cost) noexcept {
  if (tag == 0) tag = 1;
  const uint64_t now_ns = nanoseconds(now);
  RateDecision decision;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    Cell* const cell = find(tag, now_ns);
    if (cell == nullptr) continue;
    uint64_t tat = cell->tat_ns.load(std::memory_order_relaxed);
    decision = decide(gcra, tat, now_ns, cost);
    if (!decision.stores) return decision;
    if (!cell->tat_ns.compare_exchange_weak(tat, decision.next_tat_ns, std::memory_order_acq_rel))
      continue;
    // It may have changed hands meanwhile: then another key has been charged, this one not.
    if (cell->tag.load(std::memory_order_acquire) == tag) return decision;
  }
  // So many others at the same cell in these nanoseconds: whoever lost each time is one too many.
  decision.allowed = false;
  decision.retry_ns = std::max(decision.retry_ns, gcra.interval_ns);
  return decision;
}

}  // namespace svc
