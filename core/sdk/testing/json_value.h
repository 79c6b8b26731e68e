// json_value.h — JSON compared as values: for matchers.h, which must not see the parser.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"

namespace svc::testing {

// Where two JSON texts differ, in words; nullopt: nowhere. The order of members doesn't matter, and
// 1 is 1.0. `partly`: `actual` may have members that `expected` lacks, at any depth.
SVC_API std::optional<std::string> json_difference(std::string_view expected,
                                                   std::string_view actual, bool partly);
// Whether {"detail":[{"loc":…}]} has an issue at `place`: ("body", "qty"); indexes as text.
SVC_API bool has_issue(std::string_view answer, const std::vector<std::string>& place);

}  // namespace svc::testing
