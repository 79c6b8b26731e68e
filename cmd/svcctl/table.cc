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
  // With a unit, perhaps: 8.1M, 2h5m, 120k; or two of them: 4/4.
  return text.empty() || text == "-" ||
         (text[0] >= '0' && text[0] <= '9' &&
          text.find_first_not_of("0123456789./dhmskMG") == text.npos);
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

std::string wrapped(std::string_view text, size_t indent, size_t width) {
  std::string out;
  while (!text.empty()) {
    const size_t room = width > indent ? width - indent : 1;
    size_t end = cut_to_width(text, room).size();
    if (end < text.size() && text[end] != ' ') {
      const size_t blank = text.rfind(' ', end);
      if (blank != text.npos && blank > 0) end = blank;
    }
    out += std::string(indent, ' ').append(text.substr(0, end)) + "\n";
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (out.size() == indent + end + 1) indent += 2;
  }
  return out;
}

std::string cut_to_width(std::string_view text, size_t width) {
  size_t end = 0;
  for (size_t shown = 0; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xc0) != 0x80;
    if (begins && shown++ == width) break;
  }
  return std::string(text.substr(0, end));
}

}  // namespace svc
