#include "core/http/timeouts.h"

namespace svc {

Timeouts::Line::Line(Timeouts& timeouts, Duration duration)
    : owner(timeouts), lasts(duration), timer([this] { expire(); }) {}

// In the order of TimeoutKind.
Timeouts::Timeouts(EventLoop& loop, const HttpLimits& limits, OnTimeout on_timeout)
    : loop_(loop),
      on_timeout_(on_timeout),
      lines_{{{*this, limits.keepalive_timeout},
              {*this, limits.header_timeout},
              {*this, limits.body_timeout},
              {*this, limits.send_timeout},
              {*this, kLingerGap},
              {*this, kDrainLinger}}} {}

void Timeouts::start(TimeoutEntry& entry, TimeoutKind kind) {
  entry.unlink();
  Line& line = lines_[static_cast<size_t>(kind)];
  entry.waits_for = kind;
  entry.expires = loop_.now() + line.lasts;
  line.entries.push_back(entry);
  if (!line.timer.armed()) line.timer.arm(loop_, entry.expires);
}

void Timeouts::Line::expire() {
  // What a timeout leads to may start new waits, but never ones that are due already, unless the
  // time allowed is zero: those come with the next turn.
  const Instant now = owner.loop_.now();
  IntrusiveList<TimeoutEntry, TimeoutTag> due;
  while (TimeoutEntry* first = entries.front()) {
    if (first->expires > now) break;
    first->unlink();
    due.push_back(*first);
  }
  if (TimeoutEntry* first = entries.front()) timer.arm(owner.loop_, first->expires);
  while (TimeoutEntry* entry = due.front()) {
    entry->unlink();
    owner.on_timeout_(*entry);
  }
}

}  // namespace svc
