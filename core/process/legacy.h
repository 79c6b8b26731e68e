// legacy.h — the master's own estate (estate.h), kept complete while it lives: one store for each
// service, which that service's workers and systemd's FDSTORE hold the reading end of.
//
// Why each service its own: workers can look into what they hold; another service's listeners must
// not be there.
//
// Process: the master. look() once a turn: what has changed since the last one is put.
#pragma once

#include <map>
#include <string>

#include "core/process/master_state.h"
#include "core/process/notify.h"

namespace svc {

// What a service's workers inherit and a successor takes over is there afterwards. Errors:
// socketpair(2).
Result<> make_estate(Service& service);
// The shared memory of a generation, and of the service from now on. Errors: memfd_create(2).
Result<> make_regions(Service& service, Generation& generation);

class Legacy {
 public:
  Legacy(MasterState& master, Notifier& notifier) : master_(master), notifier_(notifier) {}

  void look();
  void forget(const std::string& service);  // It is no more: nobody shall find its listeners.
  void settle();   // The first generation serves: estates that no service has asked for are void.
  void give_up();  // The master ends, and nobody follows.
  // While a successor reads them they stay as they are.
  void pause(bool paused) noexcept { paused_ = paused; }

 private:
  // Of everything that a service's record is written from.
  struct Versions {
    uint64_t listeners = 0, slots = 0, generation = 0, promotions = 0;
    uint64_t regions = 0;
    size_t generations = 0, lives = 0;
    bool operator==(const Versions&) const noexcept = default;
  };
  Versions versions_of(const Service& service) const;
  void put(const std::string& name, Service& service);
  void drop(const std::string& name, FdStore& store);

  MasterState& master_;
  Notifier& notifier_;
  std::map<std::string, Versions> put_;
  bool paused_ = false;
};

}  // namespace svc
