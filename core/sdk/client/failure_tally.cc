#include "core/sdk/client/failure_tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace svc {

bool FailureTally::admit(std::string_view kind, std::string_view text, Instant now) {
  Row& row = row_of(kind, now);
  // What is counted already comes first, by due().
  if (row.missed == 0 && now - row.since >= kPeriod) {
    row.since = now;
    return true;
  }
  ++row.missed;
  row.last = text;
  return false;
}

FailureTally::Row& FailureTally::row_of(std::string_view kind, Instant now) {
  const auto found = std::ranges::find(rows_, kind, &Row::kind);
  if (found != rows_.end()) return *found;
  if (rows_.size() >= kKindsMax) {
    std::erase_if(rows_,
                  [now](const Row& row) { return row.missed == 0 && now - row.since >= kPeriod; });
  }
  if (rows_.size() >= kKindsMax) return rows_.back();
  return rows_.emplace_back(Row{std::string(kind), now - kPeriod, 0, {}});
}

std::vector<std::string> FailureTally::due(Instant now) {
  std::vector<std::string> told;
  for (Row& row : rows_) {
    if (row.missed == 0 || now - row.since < kPeriod) continue;
    const uint64_t missed = std::exchange(row.missed, 0);
    row.since = now;
    told.push_back(missed == 1 ? std::exchange(row.last, {})
                               : fmt::format("{} more calls failed in this way, the last one: {}",
                                             missed, std::exchange(row.last, {})));
  }
  return told;
}

std::optional<Instant> FailureTally::next() const noexcept {
  std::optional<Instant> next;
  for (const Row& row : rows_) {
    if (row.missed > 0 && (!next || row.since + kPeriod < *next)) next = row.since + kPeriod;
  }
  return next;
}

}  // namespace svc
