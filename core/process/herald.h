// herald.h — posts what the master knows (status.h) where workers of `builtin = "admin"` read it
// (core/board/bulletin.h).
//
// When: soon after whatever turned the master's loop, at most every kGap, and at least every
// kInterval, so that readers can tell a master that stands still. Without such a service: never.
//
// Process: the master.
#pragma once

#include "core/loop/event_loop.h"
#include "core/process/master_state.h"
#include "core/process/pool.h"

namespace svc {

class Herald {
 public:
  static constexpr Duration kGap = 200ms;
  static constexpr Duration kInterval = 1s;

  Herald(MasterState& master, const Pool& pool) : master_(master), pool_(pool) {}
  void look();  // Once a turn.

 private:
  void post();

  MasterState& master_;
  const Pool& pool_;
  Timer timer_{[] {}};  // Only so that there is a turn.
  Instant posted_ = Instant::min();
  bool told_too_long_ = false;
};

// What a worker of that service is given beside the rest. Errors: memfd_create(2) and what follows.
Result<> show_facts(MasterState& master, WorkerStart& start);

}  // namespace svc
