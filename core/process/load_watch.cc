#include "core/process/load_watch.h"

#include <algorithm>

#include "core/base/log.h"
#include "core/process/scale.h"

namespace svc {

LoadWatch::LoadWatch(MasterState& master, Pool& pool)
    : master_(master), pool_(pool), timer_([this] {
        look();
        arm();
      }) {}

void LoadWatch::start() {
  note_work();
  arm();
}

void LoadWatch::arm() { timer_.arm(*master_.loop, master_.loop->now() + kInterval); }

void LoadWatch::note_work() {
  const Instant now = master_.loop->refresh_now();
  for (auto& [name, service] : master_.services)
    service.recent.note(sample_work(master_.board, master_.slots.slots_of(name), now));
}

void LoadWatch::look() {
  note_work();
  std::erase_if(watched_,
                [this](const auto& it) { return !master_.config.services.contains(it.first); });
  for (const ServiceFacts& facts : master_.facts.services) {
    const auto config = master_.config.services.find(facts.name);
    if (config == master_.config.services.end()) continue;
    const Workers& range = config->second.workers;
    if (!range.automatic && range.min < range.max) look_at(facts, range);
  }
  looked_ = master_.loop->now();
}

void LoadWatch::look_at(const ServiceFacts& facts, const Workers& range) {
  const WorkerSet* set = facts.set_in(SetRole::serving);
  if (set == nullptr || !may_scale(master_) || ready_workers(*set) < wanted_workers(*set)) return;
  const auto [found, fresh] = watched_.try_emplace(
      facts.name, Watched{set->generation, Autoscale(range.min, range.max), {}});
  Watched& watched = found->second;
  if (watched.generation != set->generation)
    watched = {set->generation, Autoscale(range.min, range.max), {}};
  const Autoscale::Load load = load_of(*set, watched);
  const size_t workers = wanted_workers(*set);
  const auto wanted = watched.autoscale.look(workers, load, master_.loop->now());
  if (!wanted || *wanted == workers) return;
  log::info("{}: its workers are busy for {:.0f} % of their time", facts.name, load.busy * 100);
  const std::string name = facts.name;
  if (auto scaled = scale(master_, pool_, name, *wanted); !scaled)
    log::error("{}: not scaled: {}", name, scaled.error().text);
}

Autoscale::Load LoadWatch::load_of(const WorkerSet& set, Watched& watched) const {
  Autoscale::Load load;
  std::map<WorkerKey, uint64_t> seen;
  size_t workers = 0;
  for (const Seat& seat : set.seats) {
    if (!seat.stays() || !seat.worker) continue;
    ++workers;
    load.busy += busy_of(*seat.worker, watched, seen);
    const WorkerSlot& slot = pool_.slot_of(*pool_.find(seat.worker->key));
    const auto lag = Duration(static_cast<int64_t>(
        std::min<uint64_t>(slot.loop_lag_ns.get(), static_cast<uint64_t>(Duration(1h).count()))));
    load.lag = std::max(load.lag, lag);
  }
  load.busy /= static_cast<double>(std::max<size_t>(1, workers));
  watched.busy_ns = std::move(seen);
  return load;
}

double LoadWatch::busy_of(const WorkerFacts& facts, Watched& watched,
                          std::map<WorkerKey, uint64_t>& seen) const {
  const Instant now = master_.loop->now();
  const Worker& worker = *pool_.find(facts.key);
  const WorkerSlot& slot = pool_.slot_of(worker);
  const uint64_t busy_ns = seen[facts.key] = slot.loop_busy_ns.get();
  // One that is held by a handler says nothing meanwhile.
  if (facts.running_since && now - *facts.running_since >= kInterval / 2) return 1;
  const auto before = watched.busy_ns.find(facts.key);
  const auto passed = static_cast<double>(std::max<int64_t>(1, (now - looked_).count()));
  double busy = 0;
  if (before != watched.busy_ns.end() && busy_ns >= before->second)
    busy = static_cast<double>(busy_ns - before->second) / passed;

  const size_t threads = std::min<size_t>(worker.generation->config.threads, slot.pool.size());
  const auto running =
      std::count_if(slot.pool.begin(), slot.pool.begin() + static_cast<ptrdiff_t>(threads),
                    [](const auto& thread) { return thread.running.started_ns.get() != 0; });
  return std::clamp(std::max(busy, static_cast<double>(running) /
                                       static_cast<double>(std::max<size_t>(1, threads))),
                    0.0, 1.0);
}

}  // namespace svc
