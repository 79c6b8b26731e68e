// access_log.h — a line for each request that is over, written where it never holds up anybody.
//
// Why in two steps: while a request is being answered only what will be said of it is copied into a
// buffer; the lines are made and written later, many with one write(2): at the end of a turn that
// has filled the buffer, and kDelay after its first record otherwise. A write has whole lines and
// goes to the end of the file, so that those of several workers never mix. What can't be written at
// once (a full disk, a pipe that nobody reads) is dropped and counted, and the log says so.
//
// What is still in the buffer when a worker is killed, at most kDelay's worth, is lost with it.
//
// Thread: the worker's loop. request_over() may run on a handler's stack.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/log_target.h"
#include "core/board/board_number.h"
#include "core/http/access_line.h"
#include "core/http/ended_request.h"
#include "core/loop/event_loop.h"

namespace svc {

class SVC_API AccessLog final : public RequestObserver {
 public:
  static constexpr Duration kDelay = 100ms;
  static constexpr size_t kFlushAt = 64 * 1024;     // Of the buffer: this turn is its last.
  static constexpr size_t kBufferMax = 256 * 1024;  // A turn that is as long as this is cut in two.
  static constexpr Duration kTellEvery = 10s;       // How many lines were dropped.

  // `lost`: where dropped lines are counted as well; it outlives this.
  AccessLog(EventLoop& loop, AccessLines lines, LogTarget target, BoardNumber& lost);
  ~AccessLog() { flush(); }
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  void request_over(const EndedRequest& request) noexcept override;
  void set_target(LogTarget target);  // What came before goes to the former one.
  void flush() noexcept;
  uint64_t dropped() const noexcept { return dropped_; }  // Lines, so far.

 private:
  struct Unpacked;
  static uint64_t skip(std::string_view rest);  // How many records these are.
  void append_line(std::string_view& rest, Instant now, std::chrono::system_clock::time_point wall);
  void write(size_t count);  // The batch, which has so many lines.
  void lose(uint64_t count) noexcept;
  void tell_dropped(Instant now);

  EventLoop& loop_;
  AccessLines lines_;
  LogTarget target_;
  std::string records_;  // Not lines yet: a Packed each, and its texts.
  std::string batch_;    // Lines, for one write(2).
  Timer timer_;
  BoardNumber& lost_;
  bool failing_ = false;  // The target takes nothing at present.
  uint64_t dropped_ = 0;
  uint64_t told_ = 0;  // Of those dropped.
  Instant told_at_{};
};

}  // namespace svc
