// table.h — columns for people, on terminals of 80 columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace svc {

inline constexpr size_t kTableWidth = 80;

// Rows of cells, the first row being the headings. Columns are as wide as their widest cell and two
// blanks apart; those that would go beyond `width` are left out, the last first. Columns of numbers
// are flush right. Without trailing blanks; each row ends with a line break.
// Where a cell of numbers has none, "-" is one.
std::string format_table(const std::vector<std::vector<std::string>>& rows, size_t indent,
                         size_t width = kTableWidth);

// `text` in lines that fit, broken at blanks where there are any; those behind the first have
// blanks in front, two more than the first. Each ends with a line break.
std::string wrapped(std::string_view text, size_t indent, size_t width = kTableWidth);

// `text` as far as it fits, without breaking a character.
std::string cut_to_width(std::string_view text, size_t width);

}  // namespace svc
