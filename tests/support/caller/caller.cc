// caller.cc — a service that calls another one, as services do. For tests; not installed.
#include <svc/svc.h>

#include <filesystem>
#include <string>
#include <vector>

namespace {

struct Price {
  double amount;
};
struct NewOrder {
  std::string sku;
};
struct Seen {
  int status;
  int attempts;
};
struct Held {
  size_t descriptors;
};

Price price_of(const std::string& sku, svc::Context& ctx) {
  return ctx.http("prices").get("/prices/{}", sku).as<Price>();
}

// The descriptors that the worker has open now.
Held held() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return {count};
}

void copy(svc::HttpStream from, svc::Stream& to) {
  for (;;) {
    const std::string_view piece = from.read();
    if (piece.empty()) return;
    to.write(piece);
  }
}

void routes(svc::App& app) {
  app.upstream("prices");
  app.get("/up", [] { return std::string("up"); });
  app.get("/held", held);
  app.get("/price/{sku}", price_of);
  app.get("/offloaded/{sku}", price_of).offload();
  app.get("/maybe/{sku}", [](std::string sku, svc::Context& ctx) {
    return ctx.http("prices").get("/prices/{}", sku).as<std::optional<Price>>();
  });
  app.get("/seen/{sku}", [](std::string sku, svc::Context& ctx) {
    const auto answer = ctx.http("prices").get("/prices/{}", sku).response();
    return Seen{answer.status(), answer.attempts()};
  });
  app.post("/orders", [](NewOrder order, svc::Context& ctx) {
    return ctx.http("prices").post("/orders").json(order).as<Price>();
  });
  app.get("/three", [](svc::Context& ctx) {
    const auto call = [&](const char* sku) { return [&ctx, sku] { return price_of(sku, ctx); }; };
    const auto [a, b, c] = svc::all(call("a"), call("b"), call("c"));
    return Price{a.amount + b.amount + c.amount};
  });
  app.get("/copied", [](svc::Context& ctx, svc::Stream& out) {
    copy(ctx.http("prices").get("/long").stream(), out);
  });
}

}  // namespace

SVC_SERVICE(caller, routes)
