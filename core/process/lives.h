// lives.h — whether anybody of a former master's is still alive, said by the kernel.
//
// Why a pipe: nobody writes to it. The master and all its workers hold the writing end; a successor
// has the reading end, which ends when the last of them has gone, however that went, and also if
// they were stopped, or never answered.
//
// Process: the master, on its loop.
#pragma once

#include <functional>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/loop/event_loop.h"

namespace svc {

class Lives final : private Watcher {
 public:
  explicit Lives(EventLoop& loop) : loop_(loop) {}
  ~Lives();
  Lives(const Lives&) = delete;
  Lives& operator=(const Lives&) = delete;

  Result<> open();        // Ours, which workers inherit. Errors: pipe2(2).
  Result<> add(Fd life);  // A former master's; known ones are ignored. Errors: epoll_ctl(2).
  // Calls once, from the loop, when the last of the former ones has gone.
  void when_alone(std::function<void()> then) { then_ = std::move(then); }

  bool alone() const noexcept { return former_.empty(); }
  int held() const noexcept { return writer_.get(); }  // What workers keep open.
  // What a successor of ours has to wait for.
  std::vector<int> readers() const;

 private:
  void on_ready(uint32_t events) override;

  EventLoop& loop_;
  Fd reader_, writer_;
  std::vector<Fd> former_;
  std::function<void()> then_;
};

}  // namespace svc
