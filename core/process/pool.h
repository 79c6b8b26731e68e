// pool.h — the workers as processes: spawned, spoken to, watched, buried.
//
// What it decides: nothing. It carries out what supervise() asked for, notes in the facts what has
// become of it, and keeps what a WorkerFacts has no room for: pid, slot, channel, output.
//
// Three files: pool.cc speaks with living workers, pool_life.cc is about birth and death,
// pool_backtrace.cc about what takes long.
//
// Process: the master. Clock: the loop's.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/process/master_state.h"
#include "core/process/obituary.h"
#include "core/process/output.h"
#include "core/process/spawn.h"
#include "core/process/supervision.h"
#include "core/process/symbolizer.h"
#include "core/process/worker_link.h"

namespace svc {

struct Worker {
  WorkerKey key = 0;
  pid_t pid = 0;
  std::string service;
  uint32_t index = 0;
  std::shared_ptr<Generation> generation;
  size_t slot = 0;
  uint64_t answered_before = 0;  // By the slot's former owners.
  uint64_t accepted_before = 0;
  Instant spawned{};
  uint64_t asked_about = 0;  // started_ns of the handler that we have asked for a backtrace of.
  Instant traced_since{};    // The second in which it has sent so many.
  unsigned traced = 0;
  std::string kill_reason;  // Why we sent SIGABRT or SIGKILL.
  bool unneeded = false;    // We did because its generation, or its seat, went while it booted.
  std::unique_ptr<WorkerLink> link;
  std::unique_ptr<OutputPipe> out, err;
};

class Pool {
 public:
  explicit Pool(MasterState& master);

  // Actions of supervision.h. Each is noted in the facts whether or not the worker
  // heard it: one that doesn't listen runs into its deadline.
  void spawn(const SpawnWorker& action);
  void serve(const TellServe& action);
  void drain(const TellDrain& action);
  void abort(const SendAbort& action);
  void kill(const SendKill& action);

  // Copies from the board what the workers claim about themselves.
  void observe();
  void tell_log_target();      // The log has been opened anew.
  void tell_access_targets();  // And so have those of their own.
  // Worker `index` of the service's serving set, if there is one. Descriptors: as the kind says.
  void tell(const std::string& service, size_t index, ChannelKind kind,
            std::span<const int> descriptors);
  void tell_all(const std::string& service, ChannelKind kind);  // Empty: of every service.
  void tell_generation(const std::string& service, uint64_t generation, ChannelKind kind,
                       uint32_t number);
  void tell_worker(WorkerKey key, ChannelKind kind, uint32_t number);

  const Worker* find(WorkerKey key) const noexcept;
  const WorkerSlot& slot_of(const Worker& worker) const noexcept;
  uint64_t in_flight() const noexcept;  // Requests of all workers, as they say.
  uint64_t in_flight(const Worker& worker) const noexcept;
  size_t size() const noexcept { return workers_.size(); }
  void kill_all() noexcept;  // The master leaves before its time.

 private:
  Result<std::unique_ptr<Worker>> fork_worker(const SeatRef& at,
                                              std::shared_ptr<Generation> generation);
  Result<> connect(Worker& worker, SpawnOrder& order);
  void on_ready(WorkerKey key);
  void on_lost(WorkerKey key);
  void on_replace(WorkerKey key, const std::string& why);
  void look_for_slow(Worker& worker, const WorkerSlot& slot);
  void on_backtrace(WorkerKey key, const std::string& text);
  void on_line(const Worker& worker, LogLevel level, std::string_view line);
  void on_exit(WorkerKey key, int status);
  Death death_of(const Worker& worker, const SeatRef& at, int status) const;
  void bury(std::unique_ptr<Worker> worker, int status);
  void symbolize(std::unique_ptr<Worker> worker, SetRole role, DeathCause cause, std::string text,
                 std::vector<std::string> frames);
  void explain(const Worker& worker, SetRole role, DeathCause cause, std::string text);
  void signal(WorkerKey key, int number, WorkerEvent event, const std::string& why);

  MasterState& master_;
  Symbolizer symbolizer_;
  std::map<WorkerKey, std::unique_ptr<Worker>> workers_;
  WorkerKey last_key_ = 0;
};

}  // namespace svc
