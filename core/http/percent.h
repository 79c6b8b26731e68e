// percent.h — percent-encoding (RFC 3986 2.1) and form-encoded queries, both ways.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/base/result.h"

namespace svc {

// "%41" → "A". Errors: invalid_argument for "%", "%4", "%zz". '+' stays itself.
SVC_API Result<std::string> percent_decode(std::string_view text);
// Everything but unreserved characters (RFC 3986 2.3) becomes %XX.
SVC_API std::string percent_encode(std::string_view text);
// What a URI reference (RFC 3986 4.1) can't hold becomes %XX; what is encoded already stays.
// Control characters stay, too: they are no part of a place, and who writes the field refuses them.
SVC_API std::string percent_encode_reference(std::string_view text);

// application/x-www-form-urlencoded pairs ("a=1&b=two+words"), decoded; order kept. Empty pieces
// ("a&&b") are no pairs, "a" is "a" with an empty value. Malformed escapes stay as they are. At
// most `pairs_max` pairs (errors: value_too_large).
SVC_API Result<std::vector<std::pair<std::string, std::string>>> parse_query(
    std::string_view query, size_t pairs_max = 1000);

}  // namespace svc
