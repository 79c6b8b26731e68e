// successor.h — the new master's part in an upgrade: its line to the one that it follows
// (succession.h).
//
// Until it is told to go it holds no office: pid file, control socket and pointers are the other's,
// and its workers wait in standby. Should the other one die meanwhile, that is as good as a "go".
//
// Process: the master, on its loop.
#pragma once

#include <functional>
#include <string_view>

#include "core/loop/event_loop.h"
#include "core/process/channel.h"

namespace svc {

class Successor final : private Watcher {
 public:
  // `on_go`: whether the predecessor lives. Once, after ready().
  Successor(EventLoop& loop, Channel line, std::function<void(bool alive)> on_go);
  ~Successor();
  Result<> watch();  // Errors: epoll_ctl(2).

  void progress(std::string_view text);
  void ready();  // Every worker of the first generation is in standby.
  void failed(std::string_view why);
  void done();  // It is the master now.
  bool is_ready() const noexcept { return ready_; }
  bool in_office() const noexcept { return in_office_; }

 private:
  void on_ready(uint32_t) override;
  void go(bool alive);
  void close();

  EventLoop& loop_;
  Channel line_;
  std::function<void(bool)> on_go_;
  bool ready_ = false;
  bool orphaned_ = false;  // The predecessor died before we were ready.
  bool in_office_ = false;
};

}  // namespace svc
