// worker_link.h — the master's end of one worker's channel: what it said, cleaned and bounded.
//
// Why a class of its own: everything in here was written by a process that may be broken or taken
// over. What leaves it is either an event of the table (worker_states.h), which the master checks,
// or text of bounded length.
//
// Process: the master, on its loop.
#pragma once

#include <functional>
#include <string>

#include "core/loop/event_loop.h"
#include "core/process/channel.h"

namespace svc {

class WorkerLink final : private Watcher {
 public:
  static constexpr int kMessagesPerTurn = 16;
  static constexpr int kMessagesPerSecond = 256;  // Beyond: not read before the second is over.
  static constexpr size_t kRoutesMax = 512 * 1024;
  static constexpr size_t kFailureMax = 4 * 1024;
  static constexpr size_t kReasonMax = 200;
  static constexpr size_t kLastWordsMax = 2 * kChannelTextMax;

  struct Events {
    std::function<void()> on_ready;
    std::function<void()> on_lost;  // The worker has closed its end; it should be dead.
    // It wants to be replaced; why, in its words: one line, bounded.
    std::function<void(const std::string& why)> on_replace = {};
    // Where it is, as it says: backtraces.h.
    std::function<void(const std::string& text)> on_backtrace = {};
  };

  WorkerLink(EventLoop& loop, Channel channel, Events events);
  ~WorkerLink();
  WorkerLink(const WorkerLink&) = delete;
  WorkerLink& operator=(const WorkerLink&) = delete;
  Result<> open();  // Errors: epoll_ctl(2).

  Result<> send(ChannelKind kind, uint32_t number = 0, std::span<const int> descriptors = {}) {
    return channel_.send(kind, number, {}, descriptors);
  }
  // The worker is dead: everything that it still said.
  void finish();

  const std::string& routes() const noexcept { return routes_; }  // Rows: route_row.h.
  const std::string& failure() const noexcept { return failure_; }
  const std::string& last_words() const noexcept { return last_words_; }
  uint64_t misplaced() const noexcept { return misplaced_; }  // Dropped: no or the wrong message.

 private:
  void on_ready(uint32_t) override { read(kMessagesPerTurn); }
  void read(int messages_max);
  void take(const ChannelMessage& message);
  void pause();
  void close();

  EventLoop& loop_;
  Channel channel_;
  Events events_;
  Timer resume_;
  bool open_ = false;
  std::string routes_, failure_, last_words_;
  uint64_t misplaced_ = 0;
  Instant second_began_{};
  int in_second_ = 0;
};

}  // namespace svc
