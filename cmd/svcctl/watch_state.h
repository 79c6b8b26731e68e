// watch_state.h — what `svcctl run --watch` does next: a function of what it has seen, and of now.
//
// One thing at a time: a build, then the server's start or a reload. Changes are gathered until
// nothing has changed for kQuiet (an editor or a compiler writes several files), for kPatience at
// most; those that come while something runs wait for its end.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/clock.h"

namespace svc {

enum class WatchStep : uint8_t { nothing, build, start, reload };

class WatchState {
 public:
  static constexpr Duration kQuiet = 150ms;
  static constexpr Duration kPatience = 2s;

  // `builds`: there is a command that builds.
  explicit WatchState(bool builds) : builds_(builds), build_due_(builds), load_due_(true) {}

  void source_changed(Instant now);  // Asks for a build.
  void loaded_changed(Instant now);  // What the server runs: a module, the configuration.

  // What to do now; REQUIRES: what was begun has been said to be done.
  WatchStep next(Instant now, bool serving);
  // When next() may say something else; nullopt: not before something changes.
  std::optional<Instant> due(Instant now) const;

  // `differs`: a module or the configuration isn't what the server runs.
  void built(bool well, bool differs);
  void server_ended() { load_due_ = false; }  // The next change starts it again.

 private:
  void touch(Instant now);
  bool quiet(Instant now) const;

  bool builds_;
  bool build_due_;
  bool load_due_;
  bool just_built_ = false;
  std::optional<Instant> first_;  // Of the changes that are being gathered.
  Instant last_{};
};

}  // namespace svc
