// convert.h — from a node of the tree to the value of a setting.
#pragma once

#include <optional>
#include <string>

#include "config/errors.h"
#include "config/schema.h"
#include "config/tree.h"

namespace svc {

// The value, which fits the setting; relative paths have become absolute. nullopt: what is wrong
// has been reported at the node, under the name `path`.
std::optional<Value> convert(const Setting& setting, const std::string& path, const Node& node,
                             ConfigErrors& errors);

// `"x" is no setting of PATH`, with what it may have been among `known`.
void report_unknown_key(ConfigErrors& errors, const Node& node, std::string_view key,
                        std::string_view section, std::span<const std::string_view> known);

}  // namespace svc
