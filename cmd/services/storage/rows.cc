#include "cmd/services/storage/rows.h"

#include <charconv>
#include <stdexcept>

#include "core/base/check.h"

namespace storage {

const std::optional<std::string>& Row::nullable(size_t column) const {
  SVC_CHECK(column < values_.size());
  return values_[column];
}

const std::string& Row::text(size_t column) const {
  const auto& value = nullable(column);
  if (!value) throw std::logic_error("storage: column " + std::to_string(column) + " is NULL");
  return *value;
}

int64_t Row::integer(size_t column) const {
  const std::string& value = text(column);
  int64_t number = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
  if (read.ec != std::errc() || read.ptr != value.data() + value.size())
    throw std::logic_error("storage: column " + std::to_string(column) + " is no integer");
  return number;
}

}  // namespace storage
