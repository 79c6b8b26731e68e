#include "core/server/self_report.h"

#include <utility>

#include "core/board/observation.h"

namespace svc {
namespace {

uint64_t in_ns(Duration time) noexcept { return static_cast<uint64_t>(time.count()); }

}  // namespace

void tell_beat(WorkerSlot& slot, EventLoop& loop, const OffloadPool& pool, Duration& busy_told) {
  slot.beat_ns.set(in_ns(loop.now().time_since_epoch()));
  const Duration busy = loop.busy();
  slot.loop_busy_ns.add(in_ns(busy - busy_told));
  busy_told = busy;
  slot.loop_lag_ns.set(in_ns(loop.take_longest_turn()));
  slot.jobs_queued.set(pool.queued());
  slot.jobs_age_ns.set(in_ns(pool.oldest_wait()));
}

Result<> take_observation(WorkerStart& start) {
  if (start.board == nullptr) return {};
  SVC_TRY(BulletinReader facts, BulletinReader::attach(Fd(std::exchange(start.facts, -1))));
  set_observation({start.board, std::move(facts)});
  return {};
}

}  // namespace svc
