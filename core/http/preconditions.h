// preconditions.h — whether a client that has seen a representation before wants it again: If-Match
// and its siblings, in the order of RFC 9110 13.2.2.
//
// Pure: the head, what the representation is like now, and the time go in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/http/message.h"

namespace svc {

// Of the representation that would be sent, or is about to be changed.
struct Validators {
  std::string etag{};                   // With its quotes, and W/ if it is weak; empty: none.
  std::optional<int64_t> modified_s{};  // Seconds since 1970.
  bool exists = true;                   // There is one: what "*" asks.
};

enum class Precondition : uint8_t {
  holds,
  not_modified,  // 304
  failed,        // 412
};

SVC_API Precondition check_preconditions(const RequestHead& request, const Validators& now_is,
                                         int64_t now_s) noexcept;
// If-Range: whether what the client has a part of is what there is. True without the field.
SVC_API bool range_still_fits(const RequestHead& request, const Validators& now_is,
                              int64_t now_s) noexcept;
// `"…"` or `W/"…"` of characters that may be in one (RFC 9110 8.8.3).
SVC_API bool is_etag(std::string_view text) noexcept;

}  // namespace svc
