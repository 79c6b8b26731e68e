#include "cmd/svcctl/watch_state.h"

#include <algorithm>
#include <utility>

namespace svc {

void WatchState::touch(Instant now) {
  if (!first_) first_ = now;
  last_ = now;
}

void WatchState::source_changed(Instant now) {
  if (!builds_) return;
  build_due_ = true;
  touch(now);
}

void WatchState::loaded_changed(Instant now) {
  load_due_ = true;
  touch(now);
}

bool WatchState::quiet(Instant now) const {
  return !first_ || now >= std::min(last_ + kQuiet, *first_ + kPatience);
}

WatchStep WatchState::next(Instant now, bool serving) {
  if (!quiet(now)) return WatchStep::nothing;
  first_.reset();
  // What has been built is served before more is: a build that writes sources asks for the next
  // one.
  const bool serve_first = std::exchange(just_built_, false);
  if (build_due_ && !serve_first) {
    build_due_ = false;
    return WatchStep::build;
  }
  if (!load_due_) return WatchStep::nothing;
  load_due_ = false;
  return serving ? WatchStep::reload : WatchStep::start;
}

std::optional<Instant> WatchState::due(Instant now) const {
  if (first_) return std::max(now, std::min(last_ + kQuiet, *first_ + kPatience));
  if (build_due_ || load_due_) return now;
  return std::nullopt;
}

void WatchState::built(bool well, bool differs) {
  // Half of a build is not run. What it has left is part of the next one.
  load_due_ = well && (load_due_ || differs);
  just_built_ = load_due_;
}

}  // namespace svc
