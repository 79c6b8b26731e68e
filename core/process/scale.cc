#include "core/process/scale.h"

#include <algorithm>

#include "core/base/log.h"

namespace svc {
namespace {

constexpr size_t kWorkersMax = 512;  // As in the table of settings.

// The serving set of a service that may be scaled by hand.
WorkerSet* scalable(MasterState& master, ServiceFacts& service) {
  const auto config = master.config.services.find(service.name);
  if (config == master.config.services.end()) return nullptr;
  const Workers& workers = config->second.workers;
  if (workers.automatic || workers.min != workers.max) return nullptr;
  return service.set_in(SetRole::serving);
}

bool busy(const MasterState& master) {
  if (master.facts.stop != StopPhase::none) return true;
  if (master.upgrading) {
    log::warn("the signal is ignored: an upgrade is under way");
    return true;
  }
  if (master.facts.announced && !master.facts.trial) return false;
  log::warn("the signal is ignored: {}",
            master.facts.announced ? "a reload is under way" : "the start is under way");
  return true;
}

size_t wanted(const WorkerSet& set) {
  return static_cast<size_t>(std::count_if(set.seats.begin(), set.seats.end(),
                                           [](const Seat& seat) { return !seat.leaving; }));
}

// A worker that starts later inherits what its number is then. Those that live are told of what
// became theirs: who had it before may die, and be replaced by one that doesn't know of it.
void move_queues(MasterState& master, Pool& pool, const ServiceFacts& service, size_t from,
                 size_t to) {
  const ServiceConfig& config = master.config.services.at(service.name);
  for (const Listeners::Queue& queue : master.listeners.moved_queues(config, from, to))
    if (queue.socket % to < from)  // Else it has yet to be started.
      pool.tell_accept_also(service.name, queue.socket % to, master.listeners.descriptor_of(queue));
}

void grow_service(MasterState& master, Pool& pool, ServiceFacts& service, WorkerSet& set) {
  const ServiceConfig& config = master.config.services.at(service.name);
  const size_t workers = wanted(set);
  if (workers >= kWorkersMax || master.slots.free_for(service.name) == 0)
    return log::warn("{}: not more than {} workers", service.name, workers);
  Listeners::Opening opening;
  const auto grown = master.listeners.open_for(config, workers + 1, opening);
  for (const Listeners::Queue& queue : opening.grown)  // Until the new worker is there.
    pool.tell_accept_also(service.name, queue.socket % workers,
                          master.listeners.descriptor_of(queue));
  if (!grown) return log::error("{}: not scaled: {}", service.name, grown.error().text);
  move_queues(master, pool, service, workers, workers + 1);
  Seat seat;
  seat.index = static_cast<uint32_t>(workers);
  set.seats.push_back(std::move(seat));
  log::info("{}: {} workers", service.name, workers + 1);
}

void shrink_service(MasterState& master, Pool& pool, ServiceFacts& service, WorkerSet& set) {
  const size_t workers = wanted(set);
  if (workers <= 1) return log::warn("{}: not fewer than 1 worker", service.name);
  const auto last = std::find_if(set.seats.begin(), set.seats.end(), [workers](const Seat& seat) {
    return !seat.leaving && seat.index == workers - 1;
  });
  if (last == set.seats.end()) return;
  // Its queues have a new worker before it stops emptying them.
  move_queues(master, pool, service, workers, workers - 1);
  last->leaving = true;
  log::info("{}: {} workers", service.name, workers - 1);
}

}  // namespace

void grow(MasterState& master, Pool& pool) {
  if (busy(master)) return;
  for (ServiceFacts& service : master.facts.services)
    if (WorkerSet* set = scalable(master, service)) grow_service(master, pool, service, *set);
}

void shrink(MasterState& master, Pool& pool) {
  if (busy(master)) return;
  for (ServiceFacts& service : master.facts.services)
    if (WorkerSet* set = scalable(master, service)) shrink_service(master, pool, service, *set);
}

void drain_workers(MasterState& master) {
  if (busy(master)) return;
  log::info("draining all workers; a reload starts new ones");
  const Instant now = master.loop->refresh_now();
  for (ServiceFacts& service : master.facts.services)
    if (WorkerSet* set = service.set_in(SetRole::serving)) note_outgoing(*set, now, now);
}

}  // namespace svc
