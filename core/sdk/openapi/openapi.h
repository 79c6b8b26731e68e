// openapi.h — what a service says about itself in /openapi.json and on /docs.
//
//   app.openapi({.title = "Shop", .version = "1.4.0", .description = "Orders and prices."});
//   app.openapi({.enabled = false});
//
// Served without being asked for, for GET and HEAD, unless the service has a route of exactly such
// a path (a placeholder that would take it comes after). The application's own middleware is around
// them, so that one that demands credentials demands them here too; a group's is not, even where
// their paths begin with its prefix.
#pragma once

#include <string>
#include <vector>

namespace svc {

struct OpenApiTag {
  std::string name;
  std::string description{};
};

struct OpenApi {
  bool enabled = true;
  std::string title{};    // Empty: the service's name.
  std::string version{};  // Empty: of SVC_SERVICE_VERSION.
  std::string description{};
  std::vector<std::string> servers{};  // URLs; empty: where the document came from.
  std::vector<OpenApiTag> tags{};      // Described, and in this order before all others.
  std::string path = "/openapi.json";  // Empty: the document isn't served.
  std::string docs_path = "/docs";     // Empty: the page isn't.
};

}  // namespace svc
