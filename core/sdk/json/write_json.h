// write_json.h — a described value as JSON.
#pragma once

#include <string>

#include "core/base/api.h"
#include "core/sdk/types/type_info.h"

namespace svc {

class JsonWriter;

// Throws std::length_error for a value that is nested deeper than a JsonWriter goes, and
// std::invalid_argument for an enum's value without a name. Threads: any.
SVC_API void write_json(JsonWriter& json, const TypeInfo& type, const void* value);
// The same, appended to `out`.
SVC_API void append_json(std::string& out, const TypeInfo& type, const void* value);

}  // namespace svc
