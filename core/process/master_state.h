// master_state.h — what the parts of the master share: the things it owns, and what it knows.
//
// Why one struct: a reload, a death and a status request look at the same services. Decisions are
// not made here: facts.h and supervision.h have those; this adds what is no plain value.
//
// Process: the master. One thread; lives as long as the master.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "core/board/board.h"
#include "core/loop/event_loop.h"
#include "core/process/children.h"
#include "core/process/facts.h"
#include "core/process/fd_store.h"
#include "core/process/generation.h"
#include "core/process/listeners.h"
#include "core/process/lives.h"
#include "core/process/slots.h"
#include "core/process/worker_start.h"

namespace svc {

struct Service {
  std::map<uint64_t, std::shared_ptr<Generation>> generations;  // Those whose sets live.
  uint64_t last_generation = 0;                                 // Numbers are never used twice.
  std::pair<Fd, Fd> hand_over;            // In, out: connections of workers that leave.
  FdStore store;                          // What a successor takes over (legacy.h).
  std::map<uint32_t, uint32_t> keepers;   // Who empties whose queue (steering.h).
  uint64_t restarts = 0;                  // Workers that died without having been asked to.
  uint64_t recycled = 0;                  // Workers that were replaced in time.
  std::set<std::string> killers;          // Routes that have been in quarantine, by name.
  std::shared_ptr<Generation> last_good;  // The last one before the present that did well.
  std::string last_death;                 // One line, with names where there are any.
};

struct MasterState {
  MasterState(std::unique_ptr<EventLoop> own_loop, Board own_board)
      : loop(std::move(own_loop)),
        board(std::move(own_board)),
        slots(board.slots()),
        lives(*loop) {}

  std::unique_ptr<EventLoop> loop;
  Board board;
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
