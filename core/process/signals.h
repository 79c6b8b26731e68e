// signals.h — signals as events of the loop: signalfd(2).
//
// Why: a handler interrupts whatever runs and may do next to nothing; a descriptor is read between
// two events, in order.
//
// Process: the master.
#pragma once

#include <signal.h>

#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/loop/event_loop.h"

namespace svc {

class SignalSource final : private Watcher {
 public:
  using OnSignal = std::function<void(int signal)>;

  // Blocks `signals` and reads them from here on, also those that our parent ignored (nohup(1): an
  // ignored signal is no event, and an ignored SIGCHLD leaves no exit status); SIGPIPE is ignored.
  // What was before comes back with the destructor. Errors: sigprocmask(2), sigaction(2),
  // signalfd(2), epoll_ctl(2).
  static Result<std::unique_ptr<SignalSource>> open(EventLoop& loop, std::span<const int> signals,
                                                    OnSignal on_signal);
  SignalSource(EventLoop& loop, OnSignal on_signal);
  ~SignalSource();
  SignalSource(const SignalSource&) = delete;
  SignalSource& operator=(const SignalSource&) = delete;

 private:
  Result<> dispose(int signal, sighandler_t disposition);
  void on_ready(uint32_t) override;

  EventLoop& loop_;
  OnSignal on_signal_;
  Fd fd_;
  sigset_t former_{};
  std::vector<std::pair<int, struct sigaction>> former_dispositions_;
  bool blocked_ = false;
};

}  // namespace svc
