#include "core/process/scale.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/base/units.h"
#include "core/process/steering.h"

namespace svc {
namespace {

// The serving set of a service that may be scaled by hand.
WorkerSet* scalable(MasterState& master, ServiceFacts& service) {
  const auto config = master.config.services.find(service.name);
  if (config == master.config.services.end()) return nullptr;
  const Workers& workers = config->second.workers;
  if (workers.automatic || workers.min != workers.max) return nullptr;
  return service.set_in(SetRole::serving);
}

// A worker that starts later inherits what its number is then. Those that live are told of what
// became theirs: who had it before may die, and be replaced by one that doesn't know of it.
void move_queues(MasterState& master, Pool& pool, const ServiceFacts& service, size_t from,
                 size_t to) {
  const ServiceConfig& config = master.config.services.at(service.name);
  for (const Listeners::Queue& queue : master.listeners.moved_queues(config, from, to)) {
    if (queue.socket % to >= from) continue;  // It has yet to be started.
    const int descriptor = master.listeners.descriptor_of(queue);
    pool.tell(service.name, queue.socket % to, ChannelKind::accept_also, {&descriptor, 1});
  }
}

// New sockets get no connections before steer_anew(), and what comes before their worker serves is
// a sibling's: supervise() sees the empty seat.
Result<> grow_to(MasterState& master, Pool& pool, ServiceFacts& service, WorkerSet& set,
                 size_t workers) {
  const size_t before = wanted_workers(set);
  if (master.slots.free_for(service.name) < workers - before)
    return Error::of(
        std::errc::no_space_on_device,
        fmt::format("the board has room for {} more workers", master.slots.free_for(service.name)));
  Listeners::Opening opening;
  SVC_TRY_VOID(
      master.listeners.open_for(master.config.services.at(service.name), workers, opening));
  move_queues(master, pool, service, before, workers);
  for (size_t index = before; index < workers; ++index) {
    Seat seat;
    seat.index = static_cast<uint32_t>(index);
    set.seats.push_back(std::move(seat));
  }
  return {};
}

void shrink_to(MasterState& master, Pool& pool, const ServiceFacts& service, WorkerSet& set,
               size_t workers) {
  // Its queues have a new worker before it stops emptying them.
  move_queues(master, pool, service, wanted_workers(set), workers);
  for (Seat& seat : set.seats)
    if (seat.index >= workers) seat.leaving = true;
}

}  // namespace

Result<> scale(MasterState& master, Pool& pool, const std::string& name, size_t workers) {
  ServiceFacts* service = master.facts.service(name);
  WorkerSet* set = service != nullptr ? service->set_in(SetRole::serving) : nullptr;
  SVC_CHECK(set != nullptr && workers >= 1 && workers <= kWorkersMax);
  const size_t before = wanted_workers(*set);
  if (workers == before) return {};
  steer_anew(master, pool, name);  // Who keeps whose queue depends on the number.
  Result<> done;
  if (workers > before)
    done = grow_to(master, pool, *service, *set, workers);
  else
    shrink_to(master, pool, *service, *set, workers);
  steer_anew(master, pool, name);
  if (done) log::info("{}: {}", name, format_count(workers, "worker"));
  return done;
}

Result<> may_scale(const MasterState& master) {
  if (master.facts.stop != StopPhase::none) return Error::invalid("svcd is stopping");
  if (!master.facts.announced) return Error::invalid("the start is under way");
  if (master.facts.trial) return Error::invalid("a reload is under way");
  if (master.upgrading) return Error::invalid("an upgrade is under way");
  return {};
}

void scale_all(MasterState& master, Pool& pool, int by) {
  if (auto may = may_scale(master); !may)
    return log::warn("the signal is ignored: {}", may.error().text);
  for (ServiceFacts& service : master.facts.services) {
    const WorkerSet* set = scalable(master, service);
    if (set == nullptr) continue;
    const auto workers = static_cast<int64_t>(wanted_workers(*set)) + by;
    if (workers < 1) {
      log::warn("{}: not fewer than 1 worker", service.name);
    } else if (workers > static_cast<int64_t>(kWorkersMax)) {
      log::warn("{}: not more than {} workers", service.name, kWorkersMax);
    } else if (auto scaled = scale(master, pool, service.name, static_cast<size_t>(workers));
               !scaled) {
      log::error("{}: not scaled: {}", service.name, scaled.error().text);
    }
  }
}

void drain_workers(MasterState& master) {
  if (auto may = may_scale(master); !may)
    return log::warn("the signal is ignored: {}", may.error().text);
  log::info("draining all workers; a reload starts new ones");
  const Instant now = master.loop->refresh_now();
  for (ServiceFacts& service : master.facts.services)
    if (WorkerSet* set = service.set_in(SetRole::serving)) note_outgoing(*set, now, now);
}

}  // namespace svc
