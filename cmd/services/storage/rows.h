// rows.h — what goes into a statement and what comes out of it, the same for every database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace storage {

// A value of $1, $2, …; text is UTF-8 without NUL, which PostgreSQL can't hold.
using Parameter = std::variant<std::nullptr_t, int64_t, std::string>;

// nullopt becomes NULL.
template <class T>
Parameter parameter_or_null(const std::optional<T>& value) {
  return value ? Parameter(*value) : Parameter(nullptr);
}

class Row {
 public:
  explicit Row(std::vector<std::optional<std::string>> values) : values_(std::move(values)) {}

  // REQUIRES: the statement has that column. Throw std::logic_error for NULL, or for what is no
  // integer: the statement and its reader don't agree.
  const std::string& text(size_t column) const;
  int64_t integer(size_t column) const;
  const std::optional<std::string>& nullable(size_t column) const;

 private:
  std::vector<std::optional<std::string>> values_;
};

using Rows = std::vector<Row>;

// A statement without LIMIT must not fill a worker's memory: more is an error.
inline constexpr size_t kRowsMax = 10'000;

}  // namespace storage
