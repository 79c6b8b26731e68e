// timeouts.h — how long a connection may stay as it is, without a timer for each.
//
// Why: ten thousand idle connections would be ten thousand timers in a heap. All that wait for the
// same reason wait equally long, so they expire in the order in which they began to wait: a list
// for each reason, new ones at its end, and one timer for the first of it.
//
// Thread: the worker's loop. Clock: the loop's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/clock.h"
#include "core/http/intrusive_list.h"
#include "core/http/limits.h"
#include "core/loop/event_loop.h"

namespace svc {

// The reasons, with the setting that says how long.
enum class TimeoutKind : uint8_t {
  keepalive,  // No request: keepalive_timeout.
  header,     // A head that is not complete: header_timeout.
  body,       // No byte of a body: body_timeout.
  send,       // The client takes too little of an answer: send_timeout.
  linger,     // No byte, and no end, after our end: kLingerGap.
  drain,      // Idle while the worker drains: kDrainLinger.
};
inline constexpr size_t kTimeoutKinds = 6;

inline constexpr Duration kLingerGap = 2s;
inline constexpr Duration kDrainLinger = 2s;

struct TimeoutTag;
struct TimeoutEntry : ListHook<TimeoutTag> {
  Instant expires{};
  TimeoutKind waits_for{};  // Meaningful while linked.
};

class Timeouts {
 public:
  using OnTimeout = void (*)(TimeoutEntry& entry);  // The entry has left its list.

  Timeouts(EventLoop& loop, const HttpLimits& limits, OnTimeout on_timeout);

  // `entry` waits anew from now on, for `kind` only.
  void start(TimeoutEntry& entry, TimeoutKind kind);
  // The same, but one that waits for `kind` already goes on waiting from when it began.
  void ensure(TimeoutEntry& entry, TimeoutKind kind) {
    if (!entry.linked() || entry.waits_for != kind) start(entry, kind);
  }
  static void stop(TimeoutEntry& entry) noexcept { entry.unlink(); }

 private:
  // The timer may come earlier than the list's first entry needs (that one has left): then it is
  // set again. It never comes later.
  struct Line {
    Line(Timeouts& owner, Duration lasts);
    void expire();

    Timeouts& owner;
    const Duration lasts;
    IntrusiveList<TimeoutEntry, TimeoutTag> entries;
    Timer timer;
  };

  EventLoop& loop_;
  OnTimeout on_timeout_;
  std::array<Line, kTimeoutKinds> lines_;
};

}  // namespace svc
