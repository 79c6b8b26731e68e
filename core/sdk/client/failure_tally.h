// failure_tally.h — which failures of an upstream are worth a line of the log, and how many are
// not.
//
// Why: an upstream that is down fails every call, and a line for each drowns the log in the moment
// in which somebody reads it. One line a second and kind is enough, if the others are counted and
// the count is told when that second is over, not with whatever fails half an hour later.
//
// Clock: passed in. Thread: the loop's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace svc {

class FailureTally {
 public:
  static constexpr Duration kPeriod = std::chrono::seconds(1);
  static constexpr size_t kKindsMax = 32;  // What is of one kind too many is counted with another.

  // True: worth a line of its own. False: counted, and told by due().
  bool admit(std::string_view kind, std::string_view text, Instant now);
  // What was counted in periods that are over, each time once: a sentence for each kind.
  std::vector<std::string> due(Instant now);
  // When due() has something to say.
  std::optional<Instant> next() const noexcept;

 private:
  struct Row {
    std::string kind;
    Instant since;        // Of the last line.
    uint64_t missed = 0;  // Since then.
    std::string last;     // Of them.
  };
  Row& row_of(std::string_view kind, Instant now);

  std::vector<Row> rows_;
};

}  // namespace svc
