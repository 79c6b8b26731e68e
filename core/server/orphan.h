// orphan.h — a worker whose master died: it serves on, and waits for another one to call.
//
// Why it doesn't just leave: its listeners and its clients' connections live as long as it does. A
// new master that calls at the orphan socket gets them, and says when to go; without one the worker
// leaves after orphan_timeout, which begins anew when that master dies, too.
//
// Thread: the worker's loop.
#pragma once

#include <functional>

#include "core/loop/event_loop.h"
#include "core/process/worker_start.h"

namespace svc {

class Orphan final : private Watcher {
 public:
  struct Events {
    std::function<void()> on_master;   // start.channel leads to one again: watch it.
    std::function<void()> on_timeout;  // None has come.
  };
  // REQUIRES: `start` lives as long.
  Orphan(EventLoop& loop, WorkerStart& start, Events events);
  ~Orphan() { stop(); }

  // The life-line has ended: nobody watches it. Errors: epoll_ctl(2).
  Result<> wait();
  void stop() noexcept;  // It leaves anyway.

 private:
  void on_ready(uint32_t) override;
  bool introduce(Fd connection);

  EventLoop& loop_;
  WorkerStart& start_;
  Events events_;
  Timer timer_;
  bool waiting_ = false;
};

}  // namespace svc
