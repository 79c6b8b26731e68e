// slots.h — which slot of the board belongs to which worker.
//
// Why a slot stays with its service: counters are continued by the next owner (board.h), so sums
// over a service's slots never go backwards only if they don't change hands between services.
//
// Process: the master, in private memory: a worker can't claim another's slot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace svc {

class Slots {
 public:
  explicit Slots(size_t count) : entries_(count) {}

  // One that this service had before, else one that nobody had; nullopt when all are taken.
  std::optional<size_t> take(const std::string& service);
  void give_back(size_t slot) noexcept;                   // REQUIRES: taken.
  uint64_t version() const noexcept { return version_; }  // Another one: something has changed.
  size_t free_for(const std::string& service) const noexcept;
  // It was `service`'s under a former master. False: there is no such slot, or it is another's.
  bool adopt(size_t slot, const std::string& service);
  // A former master's worker may still write to it: nobody gets it before release_held().
  // False: it is taken, or not the service's.
  bool hold(size_t slot, const std::string& service);
  void release_held() noexcept;
  // Every slot that was ever this service's: its counters.
  std::vector<size_t> slots_of(const std::string& service) const;
  std::vector<size_t> taken_by(const std::string& service) const;
  // While a successor goes by what is taken now: no others are given out.
  void freeze() noexcept;
  void thaw() noexcept { frozen_ = false; }

 private:
  struct Entry {
    std::string service;  // The last one; empty: nobody had it.
    bool taken = false;
    bool held = false;         // Taken by nobody of ours.
    bool known_taken = false;  // It was when the slots were frozen.
  };
  std::vector<Entry> entries_;
  uint64_t version_ = 0;
  bool frozen_ = false;
};

}  // namespace svc
