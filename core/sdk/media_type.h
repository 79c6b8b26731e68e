// media_type.h — the parameters of a Content-Type: "text/html; charset=utf-8" (RFC 9110 8.3.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/api.h"

namespace svc {

// The first parameter of that name, unquoted; names compare without regard to case. Takes the part
// behind the first ';' of a Content-Type or a Content-Disposition. nullopt: there is none, or what
// stands before it can't be read.
SVC_API std::optional<std::string> media_parameter(std::string_view field, std::string_view name);

// No charset, or one whose texts are UTF-8 texts too.
SVC_API bool is_utf8_or_unsaid(std::string_view content_type);

}  // namespace svc
