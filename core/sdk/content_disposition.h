// content_disposition.h — the name under which a browser saves an answer (RFC 6266, RFC 8187).
#pragma once

#include <string>
#include <string_view>

#include "core/base/api.h"

namespace svc {

// `attachment; filename="…"`, with `filename*` where ASCII can't say the name. Whatever is in
// `name` ends neither the text nor the field: quotes, slashes and control characters become '_'.
// `kind`: "attachment", or "inline" for what is shown and gets its name only if it is saved.
SVC_API std::string content_disposition(std::string_view kind, std::string_view name);

}  // namespace svc
