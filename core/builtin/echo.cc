#include "core/builtin/echo.h"

#include "core/builtin/anything.h"

namespace svc {

void echo_routes(App& app) {
  app.any("/anything", anything);
  app.any("/anything/", anything);
  app.any("/anything/{rest...}", [](EncodedPath, Request& request) { return anything(request); });
}

}  // namespace svc
