// fake_time.h — a clock that stands still until told otherwise, for a loop and its pool's threads.
#pragma once

#include <atomic>

#include "core/base/clock.h"

namespace svc::testing {

class FakeTime final : public Clock {
 public:
  Instant now() const noexcept override { return Instant(Duration(now_ns_.load())); }
  void advance(Duration by) noexcept { now_ns_.fetch_add(by.count()); }
  void advance_to(Instant moment) noexcept {
    if (moment > now()) now_ns_.store(Duration(moment.time_since_epoch()).count());
  }

 private:
  std::atomic<int64_t> now_ns_{Duration(24h).count()};
};

}  // namespace svc::testing
