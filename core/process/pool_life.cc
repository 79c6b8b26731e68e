// Birth and death of workers: the other half of pool.cc.
#include <signal.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/base/sys.h"
#include "core/base/utf8.h"
#include "core/process/herald.h"
#include "core/process/legacy.h"
#include "core/process/log_lines.h"
#include "core/process/pool.h"
#include "core/process/quarantine.h"
#include "core/process/secrets.h"

namespace svc {
namespace {

constexpr Duration kSpawnRetry = 1s;
static_assert(static_cast<size_t>(DeathCause::asked) + 1 == kDeathCauses);

// The route that the worker was serving when it died: by its last words, else by the board. Other
// requests that it had in flight are not to blame.
std::optional<uint64_t> culprit(const LastWords& words, const WorkerSlot& slot) {
  if (words.signal != 0 && words.route) return words.route;
  if (words.signal == 0 && slot.loop.started_ns.get() != 0) return slot.loop.route.get();
  return std::nullopt;
}

// The empty seat that wants a worker.
SeatRef find_seat(Facts& facts, const SpawnWorker& action) {
  ServiceFacts* service = facts.service(action.service);
  WorkerSet* set = service != nullptr ? find_set(*service, action.generation) : nullptr;
  SVC_CHECK(set != nullptr);
  for (Seat& seat : set->seats)
    if (seat.index == action.index && !seat.worker && seat.stays()) return {service, set, &seat};
  SVC_CHECK(false);
  return {};
}

}  // namespace

void Pool::spawn(const SpawnWorker& action) {
  const SeatRef at = find_seat(master_.facts, action);
  const Instant now = master_.loop->refresh_now();
  auto worker =
      fork_worker(at, master_.services.at(action.service).generations.at(action.generation));
  if (worker) {
    note_spawned(*at.seat, (*worker)->key, now);
    log::debug("{} worker {} (pid {}) started, generation {}", action.service, action.index,
               (*worker)->pid, action.generation);
    workers_.emplace((*worker)->key, std::move(*worker));
    return;
  }
  const std::string why = fmt::format("{} worker {} can't be started: {}", action.service,
                                      action.index, worker.error().text);
  log::error("{}", why);
  ++at.seat->failures;
  at.seat->spawn_at =
      now + std::max(kSpawnRetry, backoff_delay(at.seat->failures, at.set->policy.backoff, 0.5));
  note_failure(master_.facts, *at.service, at.set->role, why, now);
}

Result<std::unique_ptr<Worker>> Pool::fork_worker(const SeatRef& at,
                                                  std::shared_ptr<Generation> generation) {
  auto worker = std::make_unique<Worker>();
  worker->key = ++last_key_;
  worker->service = at.service->name;
  worker->index = at.seat->index;
  worker->generation = std::move(generation);
  worker->spawned = master_.loop->now();

  SpawnOrder order;
  SVC_TRY_VOID(connect(*worker, order));
  const auto slot = master_.slots.take(worker->service);
  if (!slot) return Error::of(std::errc::no_space_on_device, "the board has no free slot");
  worker->slot = *slot;
  master_.board.claim(*slot, worker->service);
  worker->answered_before = slot_of(*worker).answered();
  worker->accepted_before = slot_of(*worker).connections_accepted.get();

  WorkerStart& start = order.start;
  start.master_name = master_.config.master.name;
  start.service = worker->generation->config;
  start.orphan_timeout = master_.config.master.orphan_timeout;
  start.index = worker->index;
  start.generation = worker->generation->number;
  start.slot = &master_.board.slot(*slot);
  start.rows = master_.board.routes(*slot);
  start.sockets =
      master_.listeners.sockets_for(start.service, start.index, wanted_workers(*at.set));
  Service& service = master_.services.at(worker->service);
  SVC_TRY_VOID(make_estate(service));
  SVC_TRY_VOID(make_regions(service, *worker->generation));
  SVC_TRY_VOID(show_facts(master_, start));
  for (const ServiceRegion& region : worker->generation->regions)
    start.regions.push_back({region.name, region.size, region.memfd->get()});
  start.hand_over_in = service.hand_over.first.get();
  start.hand_over_out = service.hand_over.second.get();
  start.store = service.store.reader();
  start.orphans = master_.orphans.get();
  start.life = master_.lives.held();
  start.access_log = worker->generation->access_log.descriptor();
  start.module_path = start.service.module_path;
  order.module = worker->generation->module.get();
  order.credentials = worker->generation->credentials;
  order.wipe = [&master = master_, kept = worker->service] { wipe_others(master, kept); };

  auto pid = spawn_worker(std::move(order), master_.worker_main);
  if (!pid) {
    master_.slots.give_back(*slot);
    return std::move(pid).error();
  }
  worker->pid = *pid;
  master_.children.add(*pid, [this, key = worker->key](int status) { on_exit(key, status); });
  return worker;
}

// The channel and the two pipes: our ends into `worker`, the child's into `order`.
Result<> Pool::connect(Worker& worker, SpawnOrder& order) {
  SVC_TRY(auto channel, Channel::create_pair());
  const WorkerKey key = worker.key;
  worker.link = std::make_unique<WorkerLink>(
      *master_.loop, std::move(channel.first),
      WorkerLink::Events{[this, key] { on_ready(key); }, [this, key] { on_lost(key); },
                         [this, key](const std::string& why) { on_replace(key, why); },
                         [this, key](const std::string& text) { on_backtrace(key, text); }});
  SVC_TRY_VOID(worker.link->open());
  order.start.channel = std::move(channel.second);
  const auto printed = [this, &worker](LogLevel level) {
    return [this, &worker, level](std::string_view line) { on_line(worker, level, line); };
  };
  SVC_TRY(worker.out,
          OutputPipe::open(*master_.loop, printed(LogLevel::info), order.standard_output));
  SVC_TRY(worker.err,
          OutputPipe::open(*master_.loop, printed(LogLevel::warn), order.standard_error));
  return {};
}

void Pool::on_exit(WorkerKey key, int status) {
  auto node = workers_.extract(key);
  SVC_CHECK(!node.empty());
  bury(std::move(node.mapped()), status);
}

Death Pool::death_of(const Worker& worker, const SeatRef& at, int status) const {
  const WorkerFacts& facts = *at.seat->worker;
  Death death;
  death.status = status;
  death.pid = worker.pid;
  death.was_ready = facts.ready_at.has_value();
  death.was_killed = facts.state == WorkerState::aborting || facts.state == WorkerState::killing;
  death.was_asked =
      facts.state == WorkerState::draining || at.seat->leaving || at.set->role == SetRole::outgoing;
  death.words = parse_last_words(worker.link->last_words());
  return death;
}

void Pool::bury(std::unique_ptr<Worker> worker, int status) {
  // What it still said counts: last words arrive with the death, not before it.
  worker->link->finish();
  worker->out->finish();
  worker->err->finish();

  const SeatRef at = find_worker(master_.facts, worker->key);
  SVC_CHECK(at);
  const SetRole role = at.set->role;
  const Death death = death_of(*worker, at, status);
  const DeathCause cause = cause_of(death);
  const std::string text =
      obituary({worker->service, worker->index, *worker->generation, slot_of(*worker),
                worker->link->failure(), worker->kill_reason},
               death);
  if (cause == DeathCause::own_fault)
    note_fault(master_, at, *worker->generation, culprit(death.words, slot_of(*worker)),
               master_.loop->now());
  note_death(master_.facts, at, cause, master_.loop->refresh_now(), thread_random().unit());
  master_.board.slot(worker->slot).deaths[static_cast<size_t>(cause)].add();
  master_.slots.give_back(worker->slot);

  if (cause == DeathCause::asked && !WIFSIGNALED(status)) {
    log::info("{} worker {} (pid {}) ended", worker->service, worker->index, worker->pid);
    return;
  }
  const bool wanted = worker->unneeded && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  LogLevel level = LogLevel::error;
  if (cause == DeathCause::asked) level = wanted ? LogLevel::info : LogLevel::warn;
  log_lines(level, text);
  if (cause != DeathCause::asked) {
    Service& service = master_.services.at(worker->service);
    ++service.restarts;
    service.last_death = one_line(text);
    note_obituary(service, {std::chrono::system_clock::now(), worker->index, worker->pid,
                            worker->generation->number, cause, service.last_death});
  }
  if (death.words.frames.empty()) return explain(*worker, role, cause, text);
  symbolize(std::move(worker), role, cause, text, death.words.frames);
}

void Pool::symbolize(std::unique_ptr<Worker> worker, SetRole role, DeathCause cause,
                     std::string text, std::vector<std::string> frames) {
  Symbolizer::Request request;
  request.frames = std::move(frames);
  request.module = {worker->generation->module.get(), worker->generation->config.module_path};
  request.held = worker->generation;
  request.credentials = worker->generation->credentials;
  request.on_done = [this, dead = std::shared_ptr<Worker>(std::move(worker)), role, cause,
                     text](const std::vector<std::string>& lines) {
    std::string told = text;
    for (const std::string& line : numbered_frames(lines)) {
      log::error("{} worker {} (pid {})   {}", dead->service, dead->index, dead->pid, line);
      told += "\n  " + line;
    }
    explain(*dead, role, cause, told);
  };
  symbolizer_.ask(std::move(request));
}

// All that can be known about a death is known: whoever waits for a verdict may have it.
void Pool::explain(const Worker& worker, SetRole role, DeathCause cause, std::string text) {
  const auto service = master_.services.find(worker.service);
  if (service == master_.services.end()) return;  // Gone meanwhile, with its last worker.
  ServiceFacts* facts = master_.facts.service(worker.service);
  if (facts == nullptr || !death_row(cause).fails_generation) return;
  // A set that was on trial then may have been decided about since.
  const WorkerSet* set = find_set(*facts, worker.generation->number);
  if (set == nullptr || set->role != role) return;
  note_failure(master_.facts, *facts, role, std::move(text), master_.loop->now());
}

}  // namespace svc
