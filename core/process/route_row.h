// route_row.h — one route as a worker tells it to its master: a line of text, fields apart by tabs.
//
// Why text: it is shown, and looked up by its number, never acted upon; whatever a hostile worker
// writes reads as some row.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"

namespace svc {

struct RouteRow {
  static constexpr size_t kFieldMax = 200;  // Bytes of a field that is for people.
  static constexpr size_t kAroundMax = 16;

  std::string method, pattern;
  std::string name, summary;
  std::chrono::milliseconds deadline{};  // Zero: the server's.
  uint64_t body_max = 0;                 // 0: the server's.
  bool offloaded = false;
  std::vector<std::string> around;
};

// "GET /x\t…\n". Control characters have become blanks, what is too long is cut.
SVC_API std::string encode_route_row(const RouteRow& row);
// `line` without its end. Fields that are missing are empty: "GET /x" is a row too.
RouteRow parse_route_row(std::string_view line);
// "GET /x" of it.
std::string_view route_row_name(std::string_view line) noexcept;

}  // namespace svc
