// toml_reader.h — TOML 1.0 in, a tree with places out. The TOML library lives behind this header.
#pragma once

#include <memory>
#include <optional>

#include "config/errors.h"
#include "config/tree.h"

namespace svc {

// The text as a table. Errors (nullopt): not UTF-8, too deep, not TOML: reported with their place.
std::optional<Node> parse_toml(const std::shared_ptr<const SourceText>& source,
                               ConfigErrors& errors);
// The part of the text from byte `offset` (behind "NAME=") on as one value: `[1, 2]`, `{a = 1}`,
// `true`. Nothing is reported: nullopt if it is none.
std::optional<Node> parse_toml_value(const std::shared_ptr<const SourceText>& source,
                                     size_t offset);

}  // namespace svc
