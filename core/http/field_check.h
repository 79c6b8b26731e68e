// field_check.h — what may leave in a field of ours, head or trailer.
#pragma once

#include <string_view>

namespace svc {

// Throws std::invalid_argument, naming the field, for a name that is no token, a control character
// in the value (RFC 9110 5.5) and fields that the server itself writes.
void check_field(std::string_view name, std::string_view value);

}  // namespace svc
