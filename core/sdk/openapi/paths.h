// paths.h — a route table as the paths and operations of an OpenAPI document.
//
// Why not one to one: a path has one entry, whatever its placeholders are called in the patterns of
// its methods; a route of every method is several operations; operations need names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/sdk/scope.h"

namespace svc {

struct OpenApiOperation {
  std::string_view method;  // "get"
  const Route* route;
  std::string id;
};

struct OpenApiPath {
  std::string path;                            // "/orders/{id}"; {rest...} without its dots.
  std::vector<std::string_view> placeholders;  // Their names in `path`.
  std::vector<OpenApiOperation> operations;
};

// In the order of the routes; hidden ones are left out.
std::vector<OpenApiPath> openapi_paths(const RouteTable& table);

}  // namespace svc
