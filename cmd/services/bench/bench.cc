// bench.cc — what benchmarks of HTTP servers ask for: a text, a small JSON object, an echo.
#include <svc/svc.h>

namespace {

struct Message {
  std::string message;
};

void routes(svc::App& app) {
  app.get("/plaintext", [] { return std::string("Hello, World!"); });
  app.get("/json", [] { return Message{"Hello, World!"}; });
  app.post("/echo", [](svc::Body body) { return svc::Response().body(body.str()); });
}

}  // namespace

SVC_SERVICE(bench, routes)
