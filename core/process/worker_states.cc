#include "core/process/worker_states.h"

#include <array>

#include "core/base/check.h"

namespace svc {
namespace {

using enum WorkerState;
constexpr std::optional<WorkerState> none = std::nullopt;

struct Row {
  std::string_view name;
  std::array<std::optional<WorkerState>, kWorkerEvents> next;  // In the order of WorkerEvent.
};

// In the order of WorkerState. An event that leads to its own state may be repeated: a second
// drain, which shortens the first; a kill that was not heard.
constexpr std::array<Row, kWorkerStates> kTable = {{
    //            reported_ready  told_serve  told_drain  sent_abort  sent_kill  died
    {"booting", {{standby, none, none, aborting, killing, gone}}},
    {"standby", {{none, ready, draining, aborting, killing, gone}}},
    {"ready", {{none, none, draining, aborting, killing, gone}}},
    {"draining", {{none, none, draining, aborting, killing, gone}}},
    {"aborting", {{none, none, none, none, killing, gone}}},
    {"killing", {{none, none, none, none, killing, gone}}},
    {"gone", {{none, none, none, none, none, none}}},
}};

}  // namespace

std::optional<WorkerState> next_state(WorkerState state, WorkerEvent event) noexcept {
  return kTable[static_cast<size_t>(state)].next[static_cast<size_t>(event)];
}

WorkerState advance(WorkerState state, WorkerEvent event) noexcept {
  const auto next = next_state(state, event);
  SVC_CHECK(next.has_value());
  return *next;
}

std::string_view name_of(WorkerState state) noexcept {
  return kTable[static_cast<size_t>(state)].name;
}

}  // namespace svc
