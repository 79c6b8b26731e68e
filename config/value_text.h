// value_text.h — the value of a setting from plain text: a variable, an argument, what ${…} became.
//
//   numbers      8                       durations, sizes   30s, 1MiB
//   workers      auto, 4, or 2-8         listen             127.0.0.1:8080,unix:/run/x.sock
//   environment  A=1,B=2                 options            none: a table has no plain form
#pragma once

#include <expected>
#include <string_view>

#include "config/schema.h"
#include "config/value.h"

namespace svc {

// A value that fits the setting. `path` names the setting in messages. Addresses and paths are
// taken as they are.
std::expected<Value, ValueProblem> value_from_text(const Setting& setting, std::string_view path,
                                                   std::string_view text);

}  // namespace svc
