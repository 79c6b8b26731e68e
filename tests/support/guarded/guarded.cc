// guarded.cc — a service of limits, caches and shared memory, for the tests that need real workers.
#include <svc/svc.h>

#include <atomic>

using namespace std::chrono_literals;

namespace {

struct Settings {
  svc::Default<svc::Int<1, 1'000'000>, 200> rate;  // A second, and the burst.
};

void routes(svc::App& app) {
  const auto settings = app.options().as<Settings>();
  static svc::SharedCache counts("counts", {.ttl = 1h});
  static svc::SharedCache pages("pages", {.ttl = 1h, .entry_max = 4000});

  app.get("/limited", [] { return std::string("yes"); })
      .rate_limit(static_cast<uint64_t>(int64_t{settings.rate}), 1s);
  app.get("/keyed", [] { return std::string("yes"); })
      .guard(svc::rate_limit({.count = 2, .per = 1h, .key = svc::by_header("X-Key")}));
  app.get("/pid", [] { return svc::worker().pid; });
  app.post("/count/{name}", [](std::string name) { return counts.increment(name).value_or(-1); });
  app.get("/count/{name}", [](std::string name) { return counts.get(name); });
  app.put("/pages/{name}", [](std::string name, svc::Body body) {
    if (!pages.put(name, body.bytes)) throw svc::Problem(507, "too large");
  });
  app.get("/pages/{name}", [](std::string name) { return pages.get(name); });
  app.post("/raw", [] {
    auto& total = *reinterpret_cast<std::atomic<int64_t>*>(svc::shared_memory("raw").data());
    return ++total;
  });
}

}  // namespace

SVC_SERVICE(guarded, routes)
