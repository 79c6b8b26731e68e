#include "core/process/route_row.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace svc {
namespace {

constexpr char kFieldEnd = '\t';
constexpr char kItemEnd = '\x1f';

void append_shown(std::string& out, std::string_view text) {
  for (const char c : text.substr(0, RouteRow::kFieldMax)) {
    out += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
  }
}

uint64_t number_of(std::string_view text) noexcept {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// What stands before `end`, which is taken off together with it.
std::string_view take_until(std::string_view& rest, char end) noexcept {
  const size_t at = rest.find(end);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

}  // namespace

std::string encode_route_row(const RouteRow& row) {
  std::string line = row.method + ' ' + row.pattern;
  line += kFieldEnd;
  append_shown(line, row.name);
  line += kFieldEnd;
  append_shown(line, row.summary);
  line += kFieldEnd + std::to_string(row.deadline.count());
  line += kFieldEnd + std::to_string(row.body_max);
  line += kFieldEnd;
  line += row.offloaded ? '1' : '0';
  line += kFieldEnd;
  for (size_t i = 0; i < std::min(row.around.size(), RouteRow::kAroundMax); ++i) {
    append_shown(line, row.around[i]);
    line += kItemEnd;
  }
  return line + '\n';
}

RouteRow parse_route_row(std::string_view line) {
  RouteRow row;
  std::string_view name = take_until(line, kFieldEnd);
  row.method = take_until(name, ' ');
  row.pattern = name;
  row.name = take_until(line, kFieldEnd);
  row.summary = take_until(line, kFieldEnd);
  constexpr uint64_t kLongest = 365ULL * 24 * 3600 * 1000;
  row.deadline =
      std::chrono::milliseconds(std::min(number_of(take_until(line, kFieldEnd)), kLongest));
  row.body_max = number_of(take_until(line, kFieldEnd));
  row.offloaded = take_until(line, kFieldEnd) == "1";
  while (!line.empty() && row.around.size() < RouteRow::kAroundMax) {
    row.around.emplace_back(take_until(line, kItemEnd));
  }
  return row;
}

std::string_view route_row_name(std::string_view line) noexcept {
  return line.substr(0, line.find(kFieldEnd));
}

}  // namespace svc
