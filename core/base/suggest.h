// suggest.h — "did you mean": the nearest of the known names to a mistyped one.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/base/api.h"

namespace svc {

// The candidate with the smallest Damerau-Levenshtein distance (Damerau 1964) to `name`, when that
// is at most a third of the longer length (and at least 1); nullopt when nothing is near.
SVC_API std::optional<std::string_view> suggest(std::string_view name,
                                                std::span<const std::string_view> candidates);

}  // namespace svc
