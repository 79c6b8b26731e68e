// rate_limit_fields.h — what rate_limit tells a client of what it has left, by name: for who says
// it and for who must not say it again to others.
//
// Process: a worker. Constants.
#pragma once

#include <string_view>

namespace svc::rate_limit_fields {

inline constexpr std::string_view kPolicy = "RateLimit-Policy";
inline constexpr std::string_view kState = "RateLimit";
inline constexpr std::string_view kLimit = "RateLimit-Limit";
inline constexpr std::string_view kRemaining = "RateLimit-Remaining";
inline constexpr std::string_view kReset = "RateLimit-Reset";
inline constexpr std::string_view kAll[] = {kPolicy, kState, kLimit, kRemaining, kReset};

}  // namespace svc::rate_limit_fields
