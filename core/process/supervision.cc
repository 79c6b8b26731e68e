#include "core/process/supervision.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/units.h"

namespace svc {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr int kBeatsMissed = 2;          // From then on nobody new is sent to a worker.
constexpr Duration kBeatSlack = 100ms;   // A beat may be late on a busy machine.
constexpr Duration kVacancyMax = 100ms;  // A worker that died is replaced sooner as a rule.
constexpr Duration kAbortGrace = 500ms;  // From SIGABRT to SIGKILL: time for a backtrace.
constexpr Duration kKillAgain = 2s;
constexpr Duration kLostGrace = 1s;     // From the end of the channel to SIGKILL.
constexpr Duration kOversleepMin = 1s;  // Or half of the shortest heartbeat_timeout.
constexpr unsigned kCrashLoopFailures = 2;
// A handler that begins to hold the loop tells nobody: the board is looked at so often, at least.
constexpr Duration kSampleMin = 20ms, kSampleMax = 500ms;
constexpr int kSamplesPerLimit = 8;

// Whether somebody serves on when those leave that are to leave.
bool has_heirs(const ServiceFacts& service) {
  const WorkerSet* serving = service.set_in(SetRole::serving);
  return serving != nullptr && std::ranges::any_of(serving->seats, [](const Seat& seat) {
           return seat.stays() && seat.worker &&
                  (seat.worker->state == WorkerState::ready ||
                   seat.worker->state == WorkerState::standby);
         });
}

// One look at the facts: collects what to do, and the next moment at which that could change.
class Look {
 public:
  Look(const Facts& facts, Instant now) : facts_(facts), now_(now), restoring_(facts.reloading) {}

  Decisions take() {
    for (const ServiceFacts& service : facts_.services) look_at(service);
    look_at_trial();
    look_at_boot();
    if (facts_.stop == StopPhase::graceful && last_is_left(facts_)) act(DrainLast{});
    if (facts_.stop != StopPhase::none && all_gone()) act(Leave{});
    return std::move(decisions_);
  }

 private:
  void act(Action action) { decisions_.actions.push_back(std::move(action)); }

  bool due(Instant when) {
    if (when <= now_) return true;
    decisions_.look_again = std::min(decisions_.look_again, when);
    return false;
  }

  // The new ones are told to serve before the old ones are told to stop.
  void look_at(const ServiceFacts& service) {
    look_at_faults(service);  // First: who is started next is told.
    heirs_ = facts_.succeeded || has_heirs(service);
    for (const SetRole role : {SetRole::serving, SetRole::incoming, SetRole::outgoing})
      for (const WorkerSet& set : service.sets)
        if (set.role == role) look_at(service, set);
    look_at_steering(service);
  }

  void look_at_faults(const ServiceFacts& service) {
    const WorkerSet* set = service.set_in(SetRole::serving);
    if (set == nullptr || set->given_up || facts_.stop != StopPhase::none) return;
    if (set->on_probation_since && set->probation_deaths >= kProbationDeaths) {
      if (!std::exchange(restoring_, true)) act(Restore{service.name});  // The others' turn comes.
      return;  // Whose fault it was will be seen then.
    }
    for (const RouteFaults& faults : set->faults)
      if (faults.deaths.size() >= kQuarantineDeaths &&
          faults.deaths.back() - faults.deaths.front() <= kQuarantineWindow &&
          std::ranges::find(set->quarantined, faults.route) == set->quarantined.end())
        act(Quarantine{service.name, set->generation, faults.route});
  }

  void look_at_steering(const ServiceFacts& service) {
    const WorkerSet* set = service.set_in(SetRole::serving);
    if (set == nullptr || !facts_.announced) return;
    const size_t workers = wanted_workers(*set);
    std::vector<bool> attended(workers);
    for (const Seat& seat : set->seats)
      if (seat.index < workers && attends(service, *set, seat)) attended[seat.index] = true;
    std::vector<uint32_t> away;
    for (uint32_t index = 0; index < workers; ++index)
      if (!attended[index]) away.push_back(index);
    // When all are away, nobody is better than another.
    const bool nobody = workers > 0 && away.size() == workers;
    if (nobody) away = service.away;
    if (away != service.away || nobody != service.unattended)
      act(Steer{service.name, std::move(away), nobody});
  }

  // Whether a connection that waits at this seat's queue is accepted soon. A seat that was passed
  // by is not trusted again for a new try alone: in a crash loop there is one every now and then.
  bool attends(const ServiceFacts& service, const WorkerSet& set, const Seat& seat) {
    if (!seat.worker || seat.worker->state == WorkerState::booting)
      return !service.unattended && !std::ranges::binary_search(service.away, seat.index) &&
             !due(seat.empty_since + kVacancyMax);
    if (seat.worker->state == WorkerState::standby) return true;  // Told in this very look.
    return seat.worker->state == WorkerState::ready &&
           !due(sign_of_life(*seat.worker) + kBeatsMissed * set.policy.heartbeat_interval +
                kBeatSlack);
  }

  void look_at(const ServiceFacts& service, const WorkerSet& set) {
    bool empty = true;
    for (const Seat& seat : set.seats) {
      if (seat.worker) {
        empty = false;
        look_at(set, seat);
      } else if (!seat.stays()) {
        act(ForgetSeat{service.name, set.generation, seat.index});
      } else if (set.role != SetRole::outgoing && due(seat.spawn_at)) {
        act(SpawnWorker{service.name, set.generation, seat.index});
      }
    }
    if (empty && set.role == SetRole::outgoing) act(ForgetSet{service.name, set.generation});
  }

  void look_at(const WorkerSet& set, const Seat& seat) {
    const WorkerFacts& worker = *seat.worker;
    switch (worker.state) {
      case WorkerState::booting:
        return look_at_booting(set, seat);
      case WorkerState::standby:
      case WorkerState::ready:
      case WorkerState::draining:
        return look_at_living(set, seat);
      case WorkerState::aborting:
        if (due(worker.since + kAbortGrace)) act(SendKill{worker.key, "it survived SIGABRT"});
        return;
      case WorkerState::killing:  // kill(2) may have failed, or the kernel holds it (state D).
        if (due(worker.since + kKillAgain)) act(SendKill{worker.key, "it survived SIGKILL"});
        return;
      case WorkerState::gone:
        return;
    }
  }

  void look_at_booting(const WorkerSet& set, const Seat& seat) {
    const WorkerFacts& worker = *seat.worker;
    if (set.role == SetRole::outgoing || seat.leaving)
      return act(SendKill{worker.key, "it is not needed any more"});
    if (lost(worker)) return;
    if (due(worker.since + set.policy.boot_timeout))
      act(SendAbort{worker.key, fmt::format("not ready within boot_timeout, {}",
                                            format_duration(set.policy.boot_timeout))});
  }

  void look_at_living(const WorkerSet& set, const Seat& seat) {
    const WorkerFacts& worker = *seat.worker;
    if (lost(worker)) return;
    if (silent(set.policy, worker)) return;
    if (worker.state == WorkerState::draining) return look_at_draining(set, seat);
    if (set.role == SetRole::outgoing) {
      const bool serves = worker.state == WorkerState::ready;
      if (!serves || due(set.drain_at)) tell_drain(worker, set.kill_at);
    } else if (seat.leaving || (seat.recycling && replaced(set, seat.index))) {
      tell_drain(worker, now_ + set.policy.graceful_timeout);
    } else if (worker.state == WorkerState::standby && set.role == SetRole::serving) {
      act(TellServe{worker.key});
    }
  }

  // The seat that has this index now has a worker that serves, or is gone itself.
  static bool replaced(const WorkerSet& set, uint32_t index) {
    return std::ranges::none_of(set.seats, [index](const Seat& seat) {
      return seat.index == index && seat.stays() &&
             !(seat.worker && seat.worker->state == WorkerState::ready);
    });
  }

  void look_at_draining(const WorkerSet& set, const Seat& seat) {
    const WorkerFacts& worker = *seat.worker;
    if (due(worker.kill_at))
      act(SendKill{worker.key, "it had not finished by the end of graceful_timeout"});
    else if (set.role == SetRole::outgoing && set.kill_at < worker.kill_at)
      tell_drain(worker, set.kill_at);  // A second, more urgent stop.
    else if (worker.has_heirs && !heirs_)
      tell_drain(worker, worker.kill_at);
  }

  void tell_drain(const WorkerFacts& worker, Instant kill_at) {
    const Duration patience = std::max(kill_at - now_, Duration::zero());
    // It needs time to cancel what is left, answer 503 and go before it is killed.
    const Duration reserve = std::min<Duration>(1s, patience / 4);
    const Duration left = facts_.stop == StopPhase::now ? Duration::zero() : patience - reserve;
    act(TellDrain{worker.key, duration_cast<milliseconds>(left), kill_at, heirs_});
  }

  bool lost(const WorkerFacts& worker) {
    if (!worker.lost_at || !due(*worker.lost_at + kLostGrace)) return false;
    act(SendKill{worker.key, "it has closed its channel"});
    return true;
  }

  Instant sign_of_life(const WorkerFacts& worker) const {
    const Instant known = std::max(worker.ready_at.value_or(worker.since), facts_.awake_since);
    return std::max(std::min(worker.beat, now_), known);
  }

  // Claims from the board are bounded by what we know: nothing comes from the future, and nothing
  // counts from before the worker was ready or the master last slept.
  bool silent(const Policy& policy, const WorkerFacts& worker) {
    const Instant sign = sign_of_life(worker);
    const Duration limit = std::min(policy.request_timeout, policy.heartbeat_timeout);
    static_cast<void>(due(now_ + std::clamp(limit / kSamplesPerLimit, kSampleMin, kSampleMax)));
    if (worker.running_since) {
      const Instant held_since = std::max(std::min(*worker.running_since, now_), sign);
      if (due(held_since + limit)) {
        act(SendAbort{worker.key,
                      fmt::format("a handler has held the loop for {}", format_duration(limit))});
        return true;
      }
    }
    if (!due(sign + policy.heartbeat_timeout)) return false;
    act(SendAbort{worker.key,
                  fmt::format("no sign of life for heartbeat_timeout, {}{}",
                              format_duration(policy.heartbeat_timeout),
                              worker.running_since ? ": a handler holds the loop" : "")});
    return true;
  }

  void look_at_trial() {
    if (!facts_.trial) return;
    if (facts_.trial->failure) return act(RollBack{*facts_.trial->failure});
    for (const ServiceFacts& service : facts_.services)
      if (const WorkerSet* set = service.set_in(SetRole::incoming); set && !all_in(*set)) return;
    act(Promote{});
  }

  // Every seat has a worker that could serve, or does.
  static bool all_in(const WorkerSet& set) {
    return std::all_of(set.seats.begin(), set.seats.end(), [](const Seat& seat) {
      return !seat.stays() || (seat.worker && (seat.worker->state == WorkerState::standby ||
                                               seat.worker->state == WorkerState::ready));
    });
  }

  void look_at_boot() {
    if (facts_.announced || facts_.stop != StopPhase::none) return;
    const std::string* failure = nullptr;
    size_t failed = 0, serving = 0;
    for (const ServiceFacts& service : facts_.services) {
      if (const WorkerSet* set = service.set_in(SetRole::serving); set && all_in(*set)) {
        ++serving;
      } else if (service.boot_failure) {
        ++failed;
        if (failure == nullptr) failure = &*service.boot_failure;
      }
    }
    const size_t all = facts_.services.size();
    if (failed > 0 && (facts_.strict_boot || failed == all)) return act(GiveUp{*failure});
    if (failed + serving == all) act(Announce{});
  }

  bool all_gone() const {
    return std::all_of(facts_.services.begin(), facts_.services.end(),
                       [](const ServiceFacts& service) { return service.sets.empty(); });
  }

  const Facts& facts_;
  const Instant now_;
  Decisions decisions_;
  bool heirs_ = false;  // Of the service that is looked at.
  bool restoring_;      // One generation at a time: by a reload, or asked for in this look.
};

}  // namespace

Decisions supervise(const Facts& facts, Instant now) { return Look(facts, now).take(); }

Duration overslept(const Facts& facts, Instant planned, Instant now) noexcept {
  Duration tolerance = kOversleepMin;
  for (const ServiceFacts& service : facts.services)
    for (const WorkerSet& set : service.sets)
      tolerance = std::min(tolerance, set.policy.heartbeat_timeout / 2);
  return now > planned && now - planned >= tolerance ? now - planned : Duration::zero();
}

std::string_view name_of(ServiceState state) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"booting",    "ready",     "degraded",
                                                      "crash-loop", "reloading", "draining"};
  return kNames[static_cast<size_t>(state)];
}

bool is_drained(const Facts& facts, const ServiceFacts& service) noexcept {
  return facts.stop == StopPhase::none && !facts.succeeded &&
         service.set_in(SetRole::serving) == nullptr &&
         service.set_in(SetRole::incoming) == nullptr;
}

ServiceState state_of(const Facts& facts, const ServiceFacts& service) noexcept {
  const WorkerSet* serving = service.set_in(SetRole::serving);
  if (facts.stop != StopPhase::none) return ServiceState::draining;
  if (service.set_in(SetRole::incoming) != nullptr) return ServiceState::reloading;
  // Removed by a reload, or drained by SIGWINCH.
  if (serving == nullptr) return ServiceState::draining;
  bool all_ready = true, failing = false;
  for (const Seat& seat : serving->seats) {
    const bool ready = seat.worker && seat.worker->state == WorkerState::ready;
    all_ready &= ready || !seat.stays();
    failing |= !ready && seat.failures >= kCrashLoopFailures;
  }
  if (all_ready) return ServiceState::ready;
  if (failing) return ServiceState::crash_loop;
  return facts.announced ? ServiceState::degraded : ServiceState::booting;
}

}  // namespace svc
