#include "cmd/svcctl/table.h"

#include <fmt/core.h>

#include <algorithm>

namespace svc {
namespace {

constexpr size_t kGap = 2;

struct Column {
  size_t width = 0;
  bool numeric = true;
};

// Code points; the names and addresses that stand in tables have no wide ones.
size_t width_of(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

bool is_number(std::string_view text) {
  // With a unit, perhaps: 8.1M, 2h5m.
  return text.empty() || (text[0] >= '0' && text[0] <= '9' &&
                          text.find_first_not_of("0123456789.dhmsM") == text.npos);
}

std::vector<Column> measure(const std::vector<std::vector<std::string>>& rows, size_t room) {
  std::vector<Column> columns(rows.empty() ? 0 : rows[0].size());
  for (size_t row = 0; row < rows.size(); ++row) {
    for (size_t i = 0; i < std::min(columns.size(), rows[row].size()); ++i) {
      columns[i].width = std::max(columns[i].width, width_of(rows[row][i]));
      if (row > 0 && !is_number(rows[row][i])) columns[i].numeric = false;
    }
  }
  size_t used = 0;
  size_t fitting = 0;
  while (fitting < columns.size()) {
    used += columns[fitting].width + (fitting == 0 ? 0 : kGap);
    if (used > room && fitting > 0) break;
    ++fitting;
  }
  columns.resize(fitting);
  return columns;
}

}  // namespace

std::string format_table(const std::vector<std::vector<std::string>>& rows, size_t indent,
                         size_t width) {
  const std::vector<Column> columns = measure(rows, width - std::min(width, indent));
  std::string out;
  for (const auto& row : rows) {
    std::string line(indent, ' ');
    for (size_t i = 0; i < std::min(columns.size(), row.size()); ++i) {
      const std::string padding(columns[i].width - width_of(row[i]), ' ');
      if (i > 0) line.append(kGap, ' ');
      line += columns[i].numeric ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace svc
