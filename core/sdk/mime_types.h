// mime_types.h — a file's media type, by the end of its name.
//
// What the system says (/etc/mime.types, read once, when the first file is sent) comes first, a
// table of our own for what the web is made of comes second, so that a machine without that file
// serves pages as well. Texts are said to be UTF-8.
//
// Threads: any. The first call reads a file: handlers reach it in the pool.
#pragma once

#include <string>
#include <string_view>

#include "core/base/api.h"

namespace svc {

// "report.CSV" → "text/csv; charset=utf-8"; "application/octet-stream" for what nobody knows.
SVC_API const std::string& mime_type(std::string_view file_name);

}  // namespace svc
