// worker_states.h — what a worker can be, what can happen to it, what it is then: one table.
//
//   booting ──reported_ready──► standby ──told_serve──► ready ──told_drain──► draining
//      │                           │                      │                      │
//      └───────────────┬───────────┴──────────────────────┴──────────────────────┘
//                      ├──sent_abort──► aborting ──sent_kill──► killing
//                      └──sent_kill───────────────────────────────► killing
//   and from each of them: died ──► gone
//
// Why standby: the workers of a new generation are all there before the first of them accepts, so
// that one which is rolled back has answered nobody.
//
// Process: the master. A pair that the table has no state for is our own bug, except where the
// event is a worker's claim (reported_ready): those are asked for with next_state() and dropped.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace svc {

enum class WorkerState : uint8_t { booting, standby, ready, draining, aborting, killing, gone };
inline constexpr size_t kWorkerStates = 7;

enum class WorkerEvent : uint8_t {
  reported_ready,
  told_serve,
  told_drain,
  sent_abort,
  sent_kill,
  died
};
inline constexpr size_t kWorkerEvents = 6;

// nullopt: it can't happen in this state.
std::optional<WorkerState> next_state(WorkerState state, WorkerEvent event) noexcept;
// REQUIRES: it can happen in this state.
WorkerState advance(WorkerState state, WorkerEvent event) noexcept;

std::string_view name_of(WorkerState state) noexcept;

}  // namespace svc
