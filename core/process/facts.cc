#include "core/process/facts.h"

#include <algorithm>

#include "core/base/check.h"

namespace svc {
namespace {

constexpr Duration kStopNowGrace = 500ms;  // For hooks, when there is no time for requests.

// Nothing is waited for, but the worker may still run its stop hooks.
Instant end_of_patience(const WorkerSet& set, StopPhase phase, Instant now) {
  const Duration patience = phase == StopPhase::now
                                ? kStopNowGrace
                                : std::max(set.policy.graceful_timeout, Duration(1ms));
  return now + patience;
}

void shift(Instant& moment, Duration by) {
  if (moment != Instant::max() && moment != Instant::min()) moment += by;
}

}  // namespace

WorkerSet* ServiceFacts::set_in(SetRole role) noexcept {
  const auto found = std::find_if(sets.begin(), sets.end(),
                                  [role](const WorkerSet& set) { return set.role == role; });
  return found == sets.end() ? nullptr : &*found;
}

const WorkerSet* ServiceFacts::set_in(SetRole role) const noexcept {
  return const_cast<ServiceFacts*>(this)->set_in(role);
}

ServiceFacts* Facts::service(std::string_view name) noexcept {
  const auto found = std::find_if(services.begin(), services.end(),
                                  [name](const ServiceFacts& it) { return it.name == name; });
  return found == services.end() ? nullptr : &*found;
}

const ServiceFacts* Facts::service(std::string_view name) const noexcept {
  return const_cast<Facts*>(this)->service(name);
}

bool drains(const Facts& facts) noexcept {
  return std::any_of(facts.services.begin(), facts.services.end(), [](const ServiceFacts& service) {
    return service.set_in(SetRole::outgoing) != nullptr;
  });
}

SeatRef find_worker(Facts& facts, WorkerKey key) noexcept {
  for (ServiceFacts& service : facts.services)
    for (WorkerSet& set : service.sets)
      for (Seat& seat : set.seats)
        if (seat.worker && seat.worker->key == key) return {&service, &set, &seat};
  return {};
}

WorkerSet* find_set(ServiceFacts& service, uint64_t generation) noexcept {
  const auto found =
      std::find_if(service.sets.begin(), service.sets.end(),
                   [generation](const WorkerSet& set) { return set.generation == generation; });
  return found == service.sets.end() ? nullptr : &*found;
}

size_t wanted_workers(const WorkerSet& set) noexcept {
  return static_cast<size_t>(std::count_if(set.seats.begin(), set.seats.end(),
                                           [](const Seat& seat) { return seat.stays(); }));
}

size_t ready_workers(const WorkerSet& set) noexcept {
  return static_cast<size_t>(std::ranges::count_if(set.seats, [](const Seat& seat) {
    return seat.stays() && seat.worker && seat.worker->state == WorkerState::ready;
  }));
}

WorkerSet make_set(uint64_t generation, SetRole role, size_t workers, const Policy& policy) {
  WorkerSet set;
  set.generation = generation;
  set.role = role;
  set.policy = policy;
  set.seats.resize(workers);
  for (size_t i = 0; i < workers; ++i) set.seats[i].index = static_cast<uint32_t>(i);
  return set;
}

void note_spawned(Seat& seat, WorkerKey key, Instant now) {
  SVC_CHECK(!seat.worker);
  seat.worker.emplace();
  seat.worker->key = key;
  seat.worker->since = now;
}

void note_event(Seat& seat, WorkerEvent event, Instant now) {
  SVC_CHECK(seat.worker.has_value());
  WorkerFacts& worker = *seat.worker;
  worker.state = advance(worker.state, event);
  worker.since = now;
  if (event == WorkerEvent::reported_ready) worker.ready_at = now;
}

void note_death(const Facts& facts, const SeatRef& place, DeathCause cause, Instant now,
                double random) {
  Seat& seat = *place.seat;
  SVC_CHECK(seat.worker.has_value());
  const Policy& policy = place.set->policy;
  const auto ready_at = seat.worker->ready_at;
  seat.worker->state = advance(seat.worker->state, WorkerEvent::died);
  seat.worker.reset();
  seat.empty_since = now;

  if (ready_at && now - *ready_at >= policy.backoff_reset) seat.failures = 0;
  if (cause == DeathCause::before_ready) ++seat.failures;

  // On trial nothing is tried again; before that can be said, somebody explains the death.
  const bool on_trial =
      place.set->role == SetRole::incoming || (!facts.announced && !place.service->boot_failure);
  if (on_trial && death_row(cause).fails_generation) {
    seat.spawn_at = Instant::max();
    return;
  }
  switch (death_row(cause).respawn) {
    case Respawn::backoff:
      seat.spawn_at = now + backoff_delay(seat.failures, policy.backoff, random);
      break;
    case Respawn::budget:
      seat.spawn_at = place.service->budget.take(now);
      break;
    case Respawn::at_once:
      seat.spawn_at = now;
      break;
    case Respawn::none:
      seat.spawn_at = Instant::max();
      break;
  }
}

void note_own_fault(WorkerSet& set, std::optional<uint64_t> route, bool known, Instant now) {
  constexpr size_t kRoutesMax = 64;
  if (on_probation(set, now) && !known) ++set.probation_deaths;
  if (!route) return;
  auto found = std::ranges::find(set.faults, *route, &RouteFaults::route);
  if (found == set.faults.end()) {
    // Routes are the worker's claims: the one that has been quiet for longest makes room.
    if (set.faults.size() == kRoutesMax)
      set.faults.erase(std::ranges::min_element(
          set.faults, {}, [](const RouteFaults& it) { return it.deaths.back(); }));
    found = set.faults.insert(set.faults.end(), RouteFaults{*route, {}});
  }
  found->deaths.push_back(now);
  if (found->deaths.size() > kQuarantineDeaths) found->deaths.erase(found->deaths.begin());
}

void note_quarantined(WorkerSet& set, uint64_t route) { set.quarantined.push_back(route); }

void note_released(WorkerSet& set, uint64_t route) {
  std::erase(set.quarantined, route);
  std::erase_if(set.faults, [route](const RouteFaults& it) { return it.route == route; });
}

bool on_probation(const WorkerSet& set, Instant now) noexcept {
  return set.on_probation_since && now - *set.on_probation_since < kProbation;
}

void note_failure(Facts& facts, ServiceFacts& service, SetRole role, std::string reason,
                  Instant now) {
  if (role == SetRole::incoming) {
    if (facts.trial && !facts.trial->failure) facts.trial->failure = std::move(reason);
    return;
  }
  if (facts.announced || service.boot_failure || role != SetRole::serving) return;
  service.boot_failure = std::move(reason);
  // From here on it is an ordinary service that doesn't come up.
  for (WorkerSet& set : service.sets)
    for (Seat& seat : set.seats)
      if (!seat.worker && seat.spawn_at == Instant::max()) seat.spawn_at = now;
}

bool note_recycling(const SeatRef& place, Instant now) {
  Seat& seat = *place.seat;
  SVC_CHECK(seat.worker.has_value());
  const WorkerState state = seat.worker->state;
  if (place.set->role == SetRole::outgoing || !seat.stays() ||
      (state != WorkerState::ready && state != WorkerState::standby))
    return false;
  seat.recycling = true;
  Seat next;
  next.index = seat.index;
  // A worker may ask for it as often as it likes: others must not feel that.
  next.spawn_at = place.service->budget.take(now);
  place.set->seats.push_back(std::move(next));
  return true;
}

void note_outgoing(WorkerSet& set, Instant now, Instant drain_at) {
  if (set.role == SetRole::outgoing) return;
  set.role = SetRole::outgoing;
  set.drain_at = drain_at;
  set.kill_at = end_of_patience(set, StopPhase::graceful, now);
}

void note_stop(Facts& facts, StopPhase phase, Instant now, Instant drain_at) {
  if (phase <= facts.stop) return;
  facts.stop = phase;
  if (facts.trial && !facts.trial->failure) facts.trial->failure = "svcd is stopping";
  if (phase == StopPhase::announced) return;
  for (ServiceFacts& service : facts.services)
    for (WorkerSet& set : service.sets) {
      if (phase == StopPhase::graceful && set.policy.drains_last) continue;
      note_outgoing(set, now, drain_at);
      if (phase != StopPhase::now) continue;
      set.drain_at = std::min(set.drain_at, now);
      set.kill_at = std::min(set.kill_at, end_of_patience(set, phase, now));
    }
}

void note_last_stop(Facts& facts, Instant now, Instant drain_at) {
  for (ServiceFacts& service : facts.services)
    for (WorkerSet& set : service.sets) note_outgoing(set, now, drain_at);
}

bool last_is_left(const Facts& facts) noexcept {
  bool any = false;
  for (const ServiceFacts& service : facts.services)
    for (const WorkerSet& set : service.sets) {
      if (!set.policy.drains_last) return false;
      any |= set.role != SetRole::outgoing;
    }
  return any;
}

void note_overslept(Facts& facts, Duration by, Instant now) {
  facts.awake_since = now;
  for (ServiceFacts& service : facts.services)
    for (WorkerSet& set : service.sets) {
      shift(set.drain_at, by);
      shift(set.kill_at, by);
      for (Seat& seat : set.seats) {
        if (!seat.worker) continue;
        shift(seat.worker->since, by);
        shift(seat.worker->kill_at, by);
        if (seat.worker->lost_at) shift(*seat.worker->lost_at, by);
      }
    }
}

}  // namespace svc
