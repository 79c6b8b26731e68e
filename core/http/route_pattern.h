// route_pattern.h — a route's pattern taken apart: what each segment is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace svc {

struct PatternSegment {
  enum class Kind : uint8_t { literal, parameter, wildcard };
  Kind kind = Kind::literal;
  std::string text;  // A literal's, decoded; else the parameter's name.
};

// "/orders/{id}" → literal "orders", parameter "id". Errors: invalid_argument with the pattern and
// what is wrong with it: no leading '/', braces around less than a segment, a name that is no
// identifier or occurs twice, a wildcard before the end, too many parameters, characters or escapes
// that no path can have.
Result<std::vector<PatternSegment>> parse_pattern(std::string_view pattern);

}  // namespace svc
