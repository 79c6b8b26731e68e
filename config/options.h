// options.h — [service.X.options]: from the tree to a flat list and back to TOML.
//
// Why flat: a worker gets its options over a pipe or a fork and a module looks them up by name; a
// list of scalars with their places is all that takes. An array is its size, then its elements; an
// empty table leaves no trace.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "config/tree.h"

namespace svc {

// REQUIRES: `table` is a table.
std::vector<Option> flatten_options(const Node& table);

// "{ database = \"x\", cache.size = 4 }" as an inline table: { database = "x", cache = { size = 4 }
// }.
std::string options_toml(const std::vector<Option>& options);
// The same, a key and its value a line, for a [table] of their own.
std::vector<std::pair<std::string, std::string>> options_lines(const std::vector<Option>& options);

std::string option_value_toml(const Option::Value& value);  // REQUIRES: no OptionArray.

}  // namespace svc
