#include "core/process/upstream_status.h"

#include <algorithm>
#include <map>

#include "core/base/json_writer.h"

namespace svc {
namespace {

constexpr uint64_t kOpen = 1, kHalfOpen = 2;  // UpstreamSlot::breaker.

void add_gauges(UpstreamRow& row, const UpstreamSlot& slot) {
  row.open += slot.breaker.get() == kOpen;
  row.half_open += slot.breaker.get() == kHalfOpen;
  row.ejected = std::max(row.ejected, slot.ejected.get());
}

void add_counters(UpstreamRow& row, const UpstreamSlot& slot) {
  row.requests += slot.requests.get();
  row.failures += slot.failures.get();
  row.retries += slot.retries.get();
  row.hedges += slot.hedges.get();
  row.refused += slot.refused.get();
}

}  // namespace

std::vector<UpstreamRow> upstream_rows(const Board& board, std::span<const size_t> slots,
                                       std::span<const size_t> taken) {
  std::map<std::string, UpstreamRow> rows;
  for (const size_t index : slots) {
    for (const UpstreamSlot& slot : board.slot(index).upstreams) {
      const std::string name = slot.name();
      if (name.empty()) continue;
      if (!rows.contains(name) && rows.size() == kUpstreamsShown * 2) continue;  // A mad worker.
      UpstreamRow& row = rows[name];
      row.name = name;
      add_counters(row, slot);
      if (std::ranges::find(taken, index) != taken.end()) add_gauges(row, slot);
    }
  }
  std::vector<UpstreamRow> all;
  for (auto& [name, row] : rows) all.push_back(std::move(row));
  return all;
}

std::string_view breaker_name(const UpstreamRow& row) noexcept {
  if (row.open > 0) return "open";
  return row.half_open > 0 ? "half_open" : "closed";
}

void write_upstreams(JsonWriter& json, std::span<const UpstreamRow> rows) {
  json.array([&] {
    for (const UpstreamRow& row : rows) {
      json.object([&] {
        json.field("name", row.name);
        json.field("breaker", breaker_name(row));
        json.field("workers_open", row.open + row.half_open);
        json.field("ejected", row.ejected);
        json.field("requests", row.requests);
        json.field("failures", row.failures);
        json.field("retries", row.retries);
        json.field("hedges", row.hedges);
        json.field("refused", row.refused);
      });
    }
  });
}

}  // namespace svc
