// below.cc — a service whose document and page stand in folders, inside of a guarded group's
// prefix.
#include <svc/svc.h>

#include <string>

namespace {

void routes(svc::App& app) {
  app.openapi({.path = "/api/v1/openapi.json", .docs_path = "/api/docs"});
  app.group("/api").use(svc::require<svc::Bearer>()).get("/secret", [] {
    return std::string("s");
  });
  app.get("/sub/{name}", [](std::string name) { return "below " + name; });
}

}  // namespace

SVC_SERVICE(below, routes)
