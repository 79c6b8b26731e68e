// master_state.h — what the parts of the master share: the things it owns, and what it knows.
//
// Why one struct: a reload, a death and a status request look at the same services. Decisions are
// not made here: facts.h and supervision.h have those; this adds what is no plain value.
//
// Process: the master. One thread; lives as long as the master.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "core/base/utf8.h"
#include "core/board/board.h"
#include "core/board/bulletin.h"
#include "core/board/work_rates.h"
#include "core/loop/event_loop.h"
#include "core/process/children.h"
#include "core/process/death.h"
#include "core/process/facts.h"
#include "core/process/fd_store.h"
#include "core/process/generation.h"
#include "core/process/listeners.h"
#include "core/process/lives.h"
#include "core/process/slots.h"
#include "core/process/worker_start.h"

namespace svc {

struct DeathNote {
  std::chrono::system_clock::time_point at;
  uint32_t index = 0;
  pid_t pid = 0;
  uint64_t generation = 0;
  DeathCause cause{};
  std::string text;  // One line, at most kDeathTextMax of it.
};
inline constexpr size_t kDeathsKept = 8;  // The latest of a service.
inline constexpr size_t kDeathTextMax = 512;

struct Service {
  std::map<uint64_t, std::shared_ptr<Generation>> generations;  // Those whose sets live.
  uint64_t last_generation = 0;                                 // Numbers are never used twice.
  std::pair<Fd, Fd> hand_over;            // In, out: connections of workers that leave.
  FdStore store;                          // What a successor takes over (legacy.h).
  ServiceRegions regions;                 // Of the latest generation, or a predecessor's.
  uint64_t regions_version = 0;           // Counted up when they change.
  std::map<uint32_t, uint32_t> keepers;   // Who empties whose queue (steering.h).
  uint64_t restarts = 0;                  // Workers that died without having been asked to.
  uint64_t recycled = 0;                  // Workers that were replaced in time.
  std::set<std::string> killers;          // Routes that have been in quarantine, by name.
  std::shared_ptr<Generation> last_good;  // The last one before the present that did well.
  std::string last_death;                 // One line, with names where there are any.
  RecentWork recent;                      // Samples of the last seconds (load_watch.h).
  std::deque<DeathNote> deaths;           // But those that were asked for. The latest is last.
};

inline void note_obituary(Service& service, DeathNote note) {
  note.text = utf8_prefix(note.text, kDeathTextMax);
  service.deaths.push_back(std::move(note));
  if (service.deaths.size() > kDeathsKept) service.deaths.pop_front();
}

struct MasterState {
  MasterState(std::unique_ptr<EventLoop> own_loop, Board own_board)
      : loop(std::move(own_loop)),
        board(std::move(own_board)),
        slots(board.slots()),
        lives(*loop) {}

  std::unique_ptr<EventLoop> loop;
  Board board;
  std::optional<Bulletin> bulletin;  // Once a service has `builtin = "admin"`.
  Slots slots;
  Children children;
  Listeners listeners;
  Lives lives;  // Whether somebody of a former master's is still there.
  Fd orphans;   // Listens; workers serve it when we are dead.
  std::vector<std::pair<std::string, FdStore>> unclaimed;  // Stores of services that are no more.
  Config config;                                           // In force.
  Config* trial_config = nullptr;                          // That of a reload which is under way.
  std::map<std::string, Service> services;
  Facts facts;
  uint64_t promotions = 0;  // The top-level generation.
  bool upgrading = false;   // A successor boots: nothing else begins meanwhile.
  WorkerMain worker_main;
  Instant started{};
};

}  // namespace svc
