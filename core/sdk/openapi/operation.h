// operation.h — one operation of the document: parameters, body, answers, credentials.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/json_writer.h"
#include "core/sdk/openapi/paths.h"
#include "core/sdk/security.h"
#include "core/sdk/types/schema.h"

namespace svc {

// The names under components of what isn't a service's own type.
inline constexpr std::string_view kProblemSchema = "Problem";
inline constexpr std::string_view kIssuesSchema = "ValidationProblem";

// What operations have in common and stands at the document's end.
struct OpenApiComponents {
  SchemaNames schemas;
  std::map<std::string_view, const SecurityScheme*> security;
};

void write_operation(JsonWriter& json, const OpenApiPath& path, const OpenApiOperation& operation,
                     OpenApiComponents& components);

}  // namespace svc
