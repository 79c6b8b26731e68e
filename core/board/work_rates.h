// work_rates.h — how fast a service answers: from two samples of its counters on the board.
//
// Why the master keeps the latest ones (RecentWork): who asks for the status asks once, and what
// has been since the start says nothing about now. It looks at the board each second anyway.
// Who asks again and again (svcctl top) compares two answers.
//
// Counters of a service never go backwards (board.h); if they seem to, a worker has scribbled, and
// there is nothing to be said until the next samples.
//
// Process: the master; svcctl has rates_between() alone. Clock: passed in.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/board/board.h"

namespace svc {

// What a service's workers have done, ever.
struct WorkSample {
  Instant at{};
  uint64_t answered = 0;
  uint64_t errors = 0;  // Of its making: answered with 5xx, or not to the end.
  LatencyCounts took{};
};
SVC_API WorkSample sample_work(const Board& board, std::span<const size_t> slots, Instant now);

struct WorkRates {
  Duration over{};  // Zero: nothing is known yet.
  double requests_per_s = 0;
  double errors_per_s = 0;
  std::optional<Duration> p50 = {}, p99 = {};  // None: there were no requests.
};
SVC_API WorkRates rates_between(const WorkSample& before, const WorkSample& after);

class SVC_API RecentWork {
 public:
  static constexpr Duration kWindow = 10s;
  static constexpr Duration kGap = 900ms;       // Samples that come sooner are passed over.
  static constexpr Duration kShortest = 200ms;  // What is shorter tells nothing.

  void note(const WorkSample& sample) noexcept;
  // From the oldest sample that is not much older than the window to `now`.
  WorkRates rates(const WorkSample& now) const noexcept;

 private:
  static constexpr size_t kSamples = 11;
  std::array<WorkSample, kSamples> samples_{};
  size_t count_ = 0;  // Ever; the latest is at (count_ - 1) % kSamples.
};

}  // namespace svc
