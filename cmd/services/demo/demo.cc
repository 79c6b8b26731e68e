// demo.cc — the starter service: a little of everything that a service does.
#include <svc/svc.h>

#include <chrono>
#include <string>

#include "cmd/services/demo/handlers.h"
#include "core/builtin/echo.h"

namespace demo {
namespace {

struct Message {
  std::string message;
};
struct Status {
  std::string status;
};
struct Time {
  double time;  // Seconds since 1970, with fraction.
};
struct Line {
  int64_t line;
};

Time time_now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration<double>(since_epoch).count()};
}

// One write a line: each leaves at once, so a client sees them come.
void stream_lines(svc::Int<0, 1'000'000'000> count, svc::Stream& out) {
  out.content_type("application/x-ndjson");
  for (int64_t i = 0; i < count; ++i) out.write(svc::to_json(Line{i}) + "\n");
}

void routes(svc::App& app) {
  app.get("/", [] { return Message{"svcd is running: try /echo?x=1, /fib/30, /anything"}; });
  app.get("/health", [] {
    if (svc::stopping()) throw svc::Problem(503, "stopping");
    return Status{"ok"};
  });
  app.get("/status", [] { return Status{"OK"}; });
  app.get("/time", time_now);
  app.get("/echo", echo_query);
  app.post("/echo", echo_body);
  app.post("/process", process);
  app.get("/fib/{n}", fib);
  app.get("/stream/{count}", stream_lines);
  svc::echo_routes(app);  // /anything
}

}  // namespace
}  // namespace demo

SVC_SERVICE(demo, demo::routes)
