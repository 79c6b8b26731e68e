// output.h — what a worker prints: the master's end of its stdout or stderr, line by line.
//
// Why the master reads: a worker's last output (an assertion's text, a sanitizer's report) must
// get into the log after the worker has died. Why bounded: the worker may print as fast as it can.
// Its end doesn't block, so that a master that is busy or stopped never stops a worker: what the
// pipe can't take is lost.
//
// Process: the master, on its loop.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/loop/event_loop.h"

namespace svc {

class OutputPipe final : private Watcher {
 public:
  static constexpr size_t kPerTurn = 16 * 1024;
  static constexpr size_t kPerSecond = 256 * 1024;  // Beyond: not read before the second is over.
  static constexpr size_t kLineMax = 8 * 1024;      // Longer ones are cut into several.
  using OnLine = std::function<void(std::string_view line)>;

  // Errors: pipe2(2), fcntl(2), epoll_ctl(2). `child_end` goes to the child.
  static Result<std::unique_ptr<OutputPipe>> open(EventLoop& loop, OnLine on_line, Fd& child_end);
  OutputPipe(EventLoop& loop, Fd end, OnLine on_line);
  ~OutputPipe();
  OutputPipe(const OutputPipe&) = delete;
  OutputPipe& operator=(const OutputPipe&) = delete;

  // The worker is dead: what is left of its output, a line without an end included.
  void finish();

 private:
  void on_ready(uint32_t) override { read(kPerTurn); }
  void read(size_t bytes_max);
  void take(std::string_view bytes);
  void pause();
  void close();

  EventLoop& loop_;
  Fd end_;
  OnLine on_line_;
  Timer resume_;
  std::string line_;
  Instant second_began_{};
  size_t in_second_ = 0;
};

}  // namespace svc
