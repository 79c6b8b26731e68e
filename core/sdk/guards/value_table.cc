#include "core/sdk/guards/value_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "core/base/check.h"

namespace svc {
namespace {

constexpr uint64_t kLocked = uint64_t{1} << 31;
constexpr uint64_t kLockTime = kLocked - 1;  // Milliseconds, which come round after 24 days.
constexpr uint64_t kCounterFlag = uint64_t{1} << 63;
constexpr uint64_t kUsedGrain = 1'000'000'000;
constexpr size_t kEntryMax = size_t{1} << 20;

uint64_t nanoseconds_of(Instant moment) noexcept {
  return static_cast<uint64_t>(Duration(moment.time_since_epoch()).count());
}

bool is_locked(uint64_t state) noexcept { return (state & kLocked) != 0; }

bool was_abandoned(uint64_t state, uint64_t now_ns) noexcept {
  const uint64_t age_ms = (now_ns / 1'000'000 - (state & kLockTime)) & kLockTime;
  return age_ms > uint64_t{ValueTable::kStolenAfter / 1ms} && age_ms < kLockTime / 2;
}

uint64_t generation_of(uint64_t state) noexcept { return state >> 32; }
uint64_t counter_word(int64_t number, uint64_t state) noexcept {
  return static_cast<uint64_t>(number) << 16 | (generation_of(state) & 0xffff);
}
bool is_of(uint64_t word, uint64_t state) noexcept {
  return (word & 0xffff) == (generation_of(state) & 0xffff);
}
int64_t number_in(uint64_t word) noexcept { return static_cast<int64_t>(word) >> 16; }

size_t words_for(size_t bytes) noexcept { return (bytes + 7) / 8; }

// Where entries are copied to be judged: a fiber's stack is too small for it. No call that uses it
// needs what another one has left there.
char* scratch(size_t size) {
  thread_local std::vector<char> bytes;
  if (bytes.size() < size) bytes.resize(size);
  return bytes.data();
}

}  // namespace

ValueTable::ValueTable(std::span<std::byte> memory, size_t slot_size, const HashSeed& seed) noexcept
    : memory_(memory.data()),
      slot_size_(slot_size),
      sets_(std::bit_floor(memory.size() / (slot_size * kWays))),
      seed_(seed) {
  SVC_CHECK(slot_size % 64 == 0 && slot_size > kSlotHeader && entry_max() <= kEntryMax);
  SVC_CHECK(sets_ > 0 && reinterpret_cast<uintptr_t>(memory_) % 64 == 0);
}

ValueTable::Slot& ValueTable::slot(uint64_t tag, size_t way) const noexcept {
  const size_t index = (tag & (sets_ - 1)) * kWays + way;
  // Zeroed or lived-in memory is a valid Slot: nothing may be constructed over it.
  return *reinterpret_cast<Slot*>(memory_ + index * slot_size_);
}

ValueTable::Word* ValueTable::data(Slot& slot) noexcept {
  return reinterpret_cast<Word*>(reinterpret_cast<std::byte*>(&slot) + kSlotHeader);
}

uint64_t ValueTable::tag_of(std::string_view key) const noexcept {
  return std::max<uint64_t>(1, siphash(seed_, key));
}

uint64_t ValueTable::checksum_of(const Slot& slot, const char* bytes, size_t size) const noexcept {
  const uint64_t facts[] = {
      slot.tag.load(std::memory_order_acquire), slot.expires_ns.load(std::memory_order_acquire),
      slot.lengths.load(std::memory_order_acquire), siphash(seed_, {bytes, size})};
  return siphash(seed_, {reinterpret_cast<const char*>(facts), sizeof facts});
}

// Copies the slot to scratch() if it is a whole entry of `key` that lives.
//
// Loads acquire and stores release: who sees a word of a writer's sees that it holds the lock, too.
bool ValueTable::read(Slot& from, uint64_t tag, std::string_view key, uint64_t now_ns,
                      Seen& seen) const noexcept {
  seen.state = from.state.load(std::memory_order_acquire);
  if (is_locked(seen.state) || from.tag.load(std::memory_order_acquire) != tag) return false;
  if (from.expires_ns.load(std::memory_order_acquire) <= now_ns) return false;
  const uint64_t lengths = from.lengths.load(std::memory_order_acquire);
  seen.counter = (lengths & kCounterFlag) != 0;
  seen.key_size = lengths & UINT32_MAX;
  seen.value_size = (lengths & ~kCounterFlag) >> 32;
  const size_t size = seen.key_size + seen.value_size;
  if (size > entry_max() || seen.key_size != key.size()) return false;
  char* const into = scratch(entry_max());
  Word* const words = data(from);
  for (size_t i = 0; i < words_for(size); ++i) {
    const uint64_t word = words[i].load(std::memory_order_acquire);
    std::memcpy(into + 8 * i, &word, 8);
  }
  if (checksum_of(from, into, size) != from.checksum.load(std::memory_order_acquire)) return false;
  if (from.state.load(std::memory_order_acquire) != seen.state) return false;
  return key == std::string_view(into, seen.key_size);
}

ValueTable::Slot* ValueTable::find(uint64_t tag, std::string_view key, uint64_t now_ns,
                                   Seen& seen) const noexcept {
  for (size_t way = 0; way < kWays; ++way) {
    Slot& candidate = slot(tag, way);
    if (candidate.tag.load(std::memory_order_relaxed) == tag &&
        read(candidate, tag, key, now_ns, seen))
      return &candidate;
  }
  return nullptr;
}

// The state that it has while it is ours. nullopt: somebody else's, or no longer `state`.
std::optional<uint64_t> ValueTable::lock(Slot& slot, uint64_t state, uint64_t now_ns) noexcept {
  if (is_locked(state) && !was_abandoned(state, now_ns)) return std::nullopt;
  const uint64_t locked =
      (generation_of(state) + 1) << 32 | kLocked | ((now_ns / 1'000'000) & kLockTime);
  if (!slot.state.compare_exchange_strong(state, locked, std::memory_order_acq_rel))
    return std::nullopt;
  return locked;
}

// False: it took so long that another one has taken it over.
bool ValueTable::unlock(Slot& slot, uint64_t locked) noexcept {
  return slot.state.compare_exchange_strong(locked, locked >> 32 << 32, std::memory_order_acq_rel);
}

// Empty or expired, else the one that was not used for longest; locked.
ValueTable::Slot* ValueTable::take_victim(uint64_t tag, uint64_t now_ns,
                                          uint64_t& locked) noexcept {
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    Slot* victim = nullptr;
    uint64_t victim_state = 0, oldest = UINT64_MAX;
    for (size_t way = 0; way < kWays; ++way) {
      Slot& candidate = slot(tag, way);
      const uint64_t state = candidate.state.load(std::memory_order_acquire);
      if (is_locked(state) && !was_abandoned(state, now_ns)) continue;
      const bool free = is_locked(state) || candidate.tag.load(std::memory_order_relaxed) == 0 ||
                        candidate.expires_ns.load(std::memory_order_relaxed) <= now_ns;
      const uint64_t used = free ? 0 : 1 + candidate.used_ns.load(std::memory_order_relaxed);
      if (used >= oldest) continue;
      victim = &candidate;
      victim_state = state;
      oldest = used;
    }
    if (victim == nullptr) return nullptr;
    if (const auto mine = lock(*victim, victim_state, now_ns)) {
      locked = *mine;
      return victim;
    }
  }
  return nullptr;
}

// REQUIRES: `locked` is ours; the entry fits.
void ValueTable::write(Slot& into, uint64_t locked, uint64_t tag, uint64_t now_ns,
                       const Entry& entry) noexcept {
  const auto store = [](Word& word, uint64_t value) {
    word.store(value, std::memory_order_release);
  };
  const size_t size = entry.key.size() + entry.value.size();
  char* const bytes = scratch(entry_max());
  std::ranges::copy(entry.key, bytes);
  std::ranges::copy(entry.value, bytes + entry.key.size());
  for (size_t i = 0; i < words_for(size); ++i) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + 8 * i, std::min<size_t>(8, size - 8 * i));
    store(data(into)[i], word);
  }
  store(into.tag, tag);
  store(into.expires_ns, entry.expires_ns);
  store(into.used_ns, now_ns);
  store(into.lengths,
        uint64_t{entry.value.size()} << 32 | entry.key.size() | (entry.counter ? kCounterFlag : 0));
  store(into.counter, counter_word(entry.number, locked));
  store(into.checksum, checksum_of(into, bytes, size));
}

std::optional<std::string> ValueTable::get(std::string_view key, Instant now) const {
  if (key.size() > entry_max()) return std::nullopt;
  const uint64_t now_ns = nanoseconds_of(now);
  const char* const bytes = scratch(entry_max());
  Seen seen;
  Slot* const found = find(tag_of(key), key, now_ns, seen);
  if (found == nullptr) return std::nullopt;
  if (const uint64_t used = found->used_ns.load(std::memory_order_relaxed);
      used + kUsedGrain < now_ns)
    found->used_ns.store(now_ns, std::memory_order_relaxed);
  if (seen.counter) {
    // Read behind the rest: by now the slot may be another key's.
    const uint64_t word = found->counter.load(std::memory_order_acquire);
    if (!is_of(word, seen.state)) return std::nullopt;
    return std::to_string(number_in(word));
  }
  return std::string(bytes + seen.key_size, seen.value_size);
}

bool ValueTable::put(std::string_view key, std::string_view value, Instant now,
                     Instant expires) noexcept {
  if (key.size() + value.size() > entry_max()) return false;
  const uint64_t now_ns = nanoseconds_of(now);
  const uint64_t tag = tag_of(key);
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    // In the key's own slot if it has one, or a copy of it would live on beside the new one.
    Seen seen;
    uint64_t locked = 0;
    Slot* into = find(tag, key, now_ns, seen);
    if (into != nullptr) {
      const auto mine = lock(*into, seen.state, now_ns);
      if (!mine) continue;
      locked = *mine;
    } else {
      into = take_victim(tag, now_ns, locked);
      if (into == nullptr) return false;
    }
    write(*into, locked, tag, now_ns, {key, value, nanoseconds_of(expires), false, 0});
    if (!unlock(*into, locked)) continue;
    settle(tag, key, now_ns);
    return true;
  }
  return false;
}

// Empties what is in `state`; `number`: what its counter had at the last.
bool ValueTable::clear(Slot& slot, uint64_t state, uint64_t now_ns, int64_t* number) noexcept {
  const auto locked = lock(slot, state, now_ns);
  if (!locked) return false;
  const uint64_t last = slot.counter.exchange(counter_word(0, *locked), std::memory_order_acq_rel);
  slot.tag.store(0, std::memory_order_release);
  if (number != nullptr) *number = number_in(last);
  return unlock(slot, *locked);
}

bool ValueTable::erase(std::string_view key, Instant now) noexcept {
  if (key.size() > entry_max()) return false;
  const uint64_t now_ns = nanoseconds_of(now);
  const uint64_t tag = tag_of(key);
  bool erased = false;
  Seen seen;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    Slot* const found = find(tag, key, now_ns, seen);
    if (found == nullptr) break;
    erased = clear(*found, seen.state, now_ns, nullptr) || erased;
  }
  return erased;
}

// `moved`: the slot is another entry's by now.
std::optional<int64_t> ValueTable::add(Slot& slot, uint64_t state, int64_t by,
                                       bool& moved) noexcept {
  uint64_t word = slot.counter.load(std::memory_order_acquire);
  for (;;) {
    moved = !is_of(word, state);
    if (moved) return std::nullopt;
    int64_t sum = 0;
    if (__builtin_add_overflow(number_in(word), by, &sum) || sum > kCounterMax ||
        sum < -kCounterMax)
      return std::nullopt;
    if (slot.counter.compare_exchange_weak(word, counter_word(sum, state),
                                           std::memory_order_acq_rel))
      return sum;
  }
}

// Two workers that met a new key at the same time may have given it two slots: the first one of the
// set stays, and gets what the others counted. What the counter has then, if it is one.
std::optional<int64_t> ValueTable::settle(uint64_t tag, std::string_view key,
                                          uint64_t now_ns) noexcept {
  Slot* first = nullptr;
  Seen kept, seen;
  std::optional<int64_t> number;
  for (size_t way = 0; way < kWays; ++way) {
    Slot& candidate = slot(tag, way);
    if (candidate.tag.load(std::memory_order_relaxed) != tag ||
        !read(candidate, tag, key, now_ns, seen))
      continue;
    if (first == nullptr) {
      first = &candidate;
      kept = seen;
      continue;
    }
    int64_t counted = 0;
    if (!clear(candidate, seen.state, now_ns, &counted) || !kept.counter || !seen.counter) continue;
    bool moved = false;
    number = add(*first, kept.state, counted, moved);
  }
  return number;
}

std::optional<int64_t> ValueTable::increment(std::string_view key, int64_t by, Instant now,
                                             Instant expires) noexcept {
  if (key.size() > entry_max() || by > kCounterMax || by < -kCounterMax) return std::nullopt;
  const uint64_t now_ns = nanoseconds_of(now);
  const uint64_t tag = tag_of(key);
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    Seen seen;
    if (Slot* const found = find(tag, key, now_ns, seen)) {
      if (!seen.counter) return std::nullopt;
      bool moved = false;
      const auto sum = add(*found, seen.state, by, moved);
      if (sum || !moved) return sum;
      continue;
    }
    uint64_t locked = 0;
    Slot* const into = take_victim(tag, now_ns, locked);
    if (into == nullptr) return std::nullopt;
    write(*into, locked, tag, now_ns, {key, {}, nanoseconds_of(expires), true, by});
    if (!unlock(*into, locked)) continue;
    return settle(tag, key, now_ns).value_or(by);
  }
  return std::nullopt;
}

}  // namespace svc
