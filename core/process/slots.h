// slots.h — which slot of the board belongs to which worker.
//
// Why a slot stays with its service: counters are continued by the next owner (board.h), so sums
// over a service's slots never go backwards only if they don't change hands between services.
//
// Process: the master, in private memory: a worker can't claim another's slot.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace svc {

class Slots {
 public:
  explicit Slots(size_t count) : entries_(count) {}

  // One that this service had before, else one that nobody had; nullopt when all are taken.
  std::optional<size_t> take(const std::string& service);
  void give_back(size_t slot) noexcept;  // REQUIRES: taken.
  size_t free_for(const std::string& service) const noexcept;
  // Every slot that was ever this service's: its counters.
  std::vector<size_t> slots_of(const std::string& service) const;

 private:
  struct Entry {
    std::string service;  // The last one; empty: nobody had it.
    bool taken = false;
  };
  std::vector<Entry> entries_;
};

}  // namespace svc
