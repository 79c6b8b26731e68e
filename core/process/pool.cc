#include "core/process/pool.h"

#include <signal.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/process/secrets.h"

namespace svc {
namespace {

// A claim as a moment: whatever number a worker wrote, it is one that can be compared.
Instant claimed(uint64_t ns) {
  constexpr uint64_t kMax = static_cast<uint64_t>(Duration::max().count());
  return Instant(Duration(static_cast<int64_t>(std::min(ns, kMax))));
}

}  // namespace

Pool::Pool(MasterState& master)
    : master_(master),
      symbolizer_(*master.loop, master.children, [&master] { wipe_others(master, ""); }) {}

const Worker* Pool::find(WorkerKey key) const noexcept {
  const auto found = workers_.find(key);
  return found == workers_.end() ? nullptr : found->second.get();
}

const WorkerSlot& Pool::slot_of(const Worker& worker) const noexcept {
  return std::as_const(master_.board).slot(worker.slot);
}

void Pool::observe() {
  for (ServiceFacts& service : master_.facts.services)
    for (WorkerSet& set : service.sets)
      for (Seat& seat : set.seats) {
        if (!seat.worker) continue;
        SVC_CHECK(find(seat.worker->key) != nullptr);
        Worker* const worker = workers_.at(seat.worker->key).get();
        const WorkerSlot& slot = slot_of(*worker);
        const uint64_t started = slot.loop.started_ns.get();
        seat.worker->beat = claimed(slot.beat_ns.get());
        seat.worker->running_since.reset();
        if (started != 0) seat.worker->running_since = claimed(started);
        look_for_slow(*worker, slot);
      }
}

void Pool::serve(const TellServe& action) {
  const SeatRef at = find_worker(master_.facts, action.worker);
  SVC_CHECK(at && find(action.worker) != nullptr);
  if (auto told = workers_.at(action.worker)->link->send(ChannelKind::serve); !told)
    // It would beat and never serve; the one in its place is told anew.
    return kill({action.worker, fmt::format("it can't be told to serve: {}", told.error().text)});
  note_event(*at.seat, WorkerEvent::told_serve, master_.loop->now());
}

void Pool::drain(const TellDrain& action) {
  const SeatRef at = find_worker(master_.facts, action.worker);
  SVC_CHECK(at && find(action.worker) != nullptr);
  const auto left = static_cast<uint32_t>(
      std::clamp<int64_t>(action.left.count(), 0, std::numeric_limits<uint32_t>::max()));
  const ChannelKind kind = action.heirs ? ChannelKind::retire : ChannelKind::drain;
  if (auto told = workers_.at(action.worker)->link->send(kind, left); !told)
    log::warn("{} worker {}: {}", at.service->name, at.seat->index, told.error().text);
  note_event(*at.seat, WorkerEvent::told_drain, master_.loop->now());
  at.seat->worker->kill_at = action.kill_at;
  at.seat->worker->has_heirs = action.heirs;
}

void Pool::abort(const SendAbort& action) {
  signal(action.worker, SIGABRT, WorkerEvent::sent_abort, action.why);
}

void Pool::kill(const SendKill& action) {
  signal(action.worker, SIGKILL, WorkerEvent::sent_kill, action.why);
}

void Pool::signal(WorkerKey key, int number, WorkerEvent event, const std::string& why) {
  const SeatRef at = find_worker(master_.facts, key);
  SVC_CHECK(at && find(key) != nullptr);
  Worker& worker = *workers_.at(key);
  if (worker.kill_reason.empty()) worker.kill_reason = why;
  if (at.seat->worker->state == WorkerState::booting && !at.seat->worker->lost_at)
    worker.unneeded = at.set->role == SetRole::outgoing || at.seat->leaving;
  log::write_formatted(
      worker.unneeded ? LogLevel::info : LogLevel::warn, "{} worker {} (pid {}): {}, {}",
      fmt::make_format_args(worker.service, worker.index, worker.pid, signal_name(number), why));
  // Not reaped yet (its exit would have taken it from the facts), so the pid is nobody else's.
  sys::kill(worker.pid, number);
  note_event(*at.seat, event, master_.loop->now());
}

void Pool::tell_log_target() {
  const int target = log::descriptor();
  for (const auto& [key, worker] : workers_)
    static_cast<void>(worker->link->send(ChannelKind::log_target, 0, {&target, 1}));
}

void Pool::tell_access_targets() {
  for (const auto& [key, worker] : workers_)
    if (const int target = worker->generation->access_log.descriptor(); target >= 0)
      static_cast<void>(worker->link->send(ChannelKind::access_target, 0, {&target, 1}));
}

void Pool::tell(const std::string& service, size_t index, ChannelKind kind,
                std::span<const int> descriptors) {
  ServiceFacts* facts = master_.facts.service(service);
  WorkerSet* set = facts != nullptr ? facts->set_in(SetRole::serving) : nullptr;
  if (set == nullptr) return;
  for (const Seat& seat : set->seats) {
    if (seat.index != index || !seat.worker || seat.leaving) continue;
    WorkerLink& link = *workers_.at(seat.worker->key)->link;
    for (size_t at = 0; at < descriptors.size(); at += kDescriptorsMax)
      static_cast<void>(link.send(
          kind, 0, descriptors.subspan(at, std::min(kDescriptorsMax, descriptors.size() - at))));
  }
}

void Pool::tell_all(const std::string& service, ChannelKind kind) {
  for (const auto& [key, worker] : workers_)
    if (service.empty() || worker->service == service) static_cast<void>(worker->link->send(kind));
}

void Pool::tell_generation(const std::string& service, uint64_t generation, ChannelKind kind,
                           uint32_t number) {
  for (const auto& [key, worker] : workers_)
    if (worker->service == service && worker->generation->number == generation)
      static_cast<void>(worker->link->send(kind, number));
}

void Pool::tell_worker(WorkerKey key, ChannelKind kind, uint32_t number) {
  if (const auto found = workers_.find(key); found != workers_.end())
    static_cast<void>(found->second->link->send(kind, number));
}

uint64_t Pool::in_flight() const noexcept {
  uint64_t sum = 0;
  for (const auto& [key, worker] : workers_) sum += in_flight(*worker);
  return sum;
}

uint64_t Pool::in_flight(const Worker& worker) const noexcept {
  return std::min<uint64_t>(slot_of(worker).requests_in_flight.get(),
                            worker.generation->config.connections_max);
}

void Pool::kill_all() noexcept {
  for (const auto& [key, worker] : workers_) {
    master_.children.forget(worker->pid);
    sys::kill(worker->pid, SIGKILL);
    sys::waitpid(worker->pid, nullptr, 0);
  }
  workers_.clear();
}

void Pool::on_ready(WorkerKey key) {
  const SeatRef at = find_worker(master_.facts, key);
  // A claim: out of place, it is dropped.
  if (!at || !next_state(at.seat->worker->state, WorkerEvent::reported_ready)) return;
  note_event(*at.seat, WorkerEvent::reported_ready, master_.loop->now());
  const Worker& worker = *workers_.at(key);
  if (worker.generation->routes.empty()) worker.generation->routes = worker.link->routes();
  log::info("{} worker {} (pid {}) ready, generation {}", worker.service, worker.index, worker.pid,
            worker.generation->number);
}

void Pool::on_lost(WorkerKey key) {
  if (const SeatRef at = find_worker(master_.facts, key))
    at.seat->worker->lost_at = master_.loop->now();
}

// A claim, too: a worker that asks again and again is replaced at the pace of its service's budget.
void Pool::on_replace(WorkerKey key, const std::string& why) {
  const SeatRef at = find_worker(master_.facts, key);
  if (!at || !note_recycling(at, master_.loop->now())) return;
  const Worker& worker = *workers_.at(key);
  ++master_.services.at(worker.service).recycled;
  master_.board.slot(worker.slot).recycled.add();
  log::info("{} worker {} (pid {}) is replaced: {}", worker.service, worker.index, worker.pid, why);
}

void Pool::on_line(const Worker& worker, LogLevel level, std::string_view line) {
  log::write_for(
      {.role = "worker", .service = worker.service, .worker = static_cast<int>(worker.index)},
      worker.pid, level, line);
}

}  // namespace svc
