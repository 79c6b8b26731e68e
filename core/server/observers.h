// observers.h — who watches the requests of a worker: its access log, and what tells slow ones.
//
// Thread: the worker's loop.
#pragma once

#include <memory>

#include "core/http/access_log.h"
#include "core/loop/event_loop.h"
#include "core/process/worker_start.h"
#include "core/server/slow_requests.h"

namespace svc {

class Observers {
 public:
  // Takes over start.access_log. From here on lines of the log say which request they are about.
  Observers(EventLoop& loop, const WorkerStart& start, const Application& application);

  RequestObserver* requests() noexcept { return access_log_.get(); }
  SlowObserver* slow() noexcept { return &slow_; }
  void flush() noexcept;

 private:
  friend void take_log_target(ChannelMessage message, WorkerStart& start, Observers* observers);

  bool own_target_;
  std::unique_ptr<AccessLog> access_log_;  // nullptr: none is wanted.
  SlowRequests slow_;
};

// ChannelKind::log_target, access_target: opened anew, or another. An access log that goes where
// the log goes follows it. nullptr: nobody serves yet, and start.access_log is what will be used.
void take_log_target(ChannelMessage message, WorkerStart& start, Observers* observers);

}  // namespace svc
