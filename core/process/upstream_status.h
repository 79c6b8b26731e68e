// upstream_status.h — whom the workers of a service call, and how that goes: one row an upstream,
// over all of its workers, for the status document.
//
// Process: the master. All of it comes from the board: claims of workers, names included.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/board/board.h"

namespace svc {

class JsonWriter;

struct UpstreamRow {
  std::string name;
  uint64_t open = 0;       // Workers whose breaker is open,
  uint64_t half_open = 0;  // or tries a single call.
  uint64_t ejected = 0;    // Addresses that are left alone, in the worker that leaves most.
  uint64_t requests = 0;
  uint64_t failures = 0;
  uint64_t retries = 0;
  uint64_t hedges = 0;
  uint64_t refused = 0;
};

// `slots` of one service, those of its former workers included: counters go on. What is so now is
// asked of those in `taken` only. By name.
std::vector<UpstreamRow> upstream_rows(const Board& board, std::span<const size_t> slots,
                                       std::span<const size_t> taken);
// "closed", "half_open" or "open": the worst of the workers.
std::string_view breaker_name(const UpstreamRow& row) noexcept;
void write_upstreams(JsonWriter& json, std::span<const UpstreamRow> rows);

}  // namespace svc
