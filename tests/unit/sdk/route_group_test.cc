#include "core/sdk/route_group.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

TEST(RouteGroup, PutsItsPrefixBeforeItsRoutes) {
  Client client([](App& app) {
    auto v1 = app.group("/v1");
    v1.get("", [] { return std::string("all"); });
    v1.get("/", [] { return std::string("slash"); });
    v1.group("/orders").get("/{id}", [](int id) { return id; });
    const std::string name = "/late";
    app.group(runtime(name)).get("/x", [] { return 1; });
  });
  EXPECT_EQ(client.get("/v1").body, "all");
  EXPECT_EQ(client.get("/v1/").body, "slash");
  EXPECT_EQ(client.get("/v1/orders/7").body, "7");
  EXPECT_EQ(client.get("/late/x").status, 200);
  EXPECT_EQ(client.app().routes()[2].pattern, "/v1/orders/{id}");
}

TEST(RouteGroup, NeedsNoPrefix) {
  Client client([](App& app) {
    auto closed = app.group("").use([](Context&) { throw Problem(401); });
    closed.get("/closed", [] { return 1; });
    app.get("/open", [] { return 1; });
    EXPECT_THROW(closed.get("", [] {}), std::invalid_argument);
  });
  EXPECT_EQ(client.get("/closed").status, 401);
  EXPECT_EQ(client.get("/open").status, 200);
  EXPECT_EQ(client.get("/unknown").status, 404);
}

TEST(RouteGroup, PrefixIsChecked) {
  App app;
  EXPECT_THROW(app.group(runtime("/{v}")), std::invalid_argument);
  EXPECT_THROW(app.group(runtime("v")), std::invalid_argument);
  EXPECT_THROW(app.group(runtime("/v/")), std::invalid_argument);
  EXPECT_THROW(app.get(runtime(""), [] {}), std::invalid_argument);
}

// What a function that adds routes takes: an App is a group, too.
void add_ping(RouteGroup& to) {
  to.get("/ping", [] { return std::string("pong"); });
}

TEST(RouteGroup, IsWhatAnAppIs) {
  Client client([](App& app) {
    add_ping(app);
    auto group = app.group("/g");
    add_ping(group);
  });
  EXPECT_EQ(client.get("/ping").body, "pong");
  EXPECT_EQ(client.get("/g/ping").body, "pong");
}

struct OutOfStock : std::runtime_error {
  using std::runtime_error::runtime_error;
};

TEST(RouteGroup, ExceptionsAreAnsweredByTheirRules) {
  Client client([](App& app) {
    app.on_exception<OutOfStock>([](const OutOfStock& e) { return Problem(409, e.what()); });
    app.on_exception<std::logic_error>(
        [](const std::logic_error&) { return Response(299).text("logic"); });
    app.get("/stock", [] { throw OutOfStock("none left"); });
    app.get("/logic", [] { throw std::out_of_range("x"); });
    app.get("/other", [] { throw 7; });
    auto inner = app.group("/inner");
    inner.on_exception<OutOfStock>([](const OutOfStock&) -> Response { throw Problem(410); });
    inner.get("/stock", [] { throw OutOfStock("x"); });
    inner.get("/logic", [] { throw std::out_of_range("x"); });
  });
  EXPECT_EQ(client.get("/stock").status, 409);
  EXPECT_NE(client.get("/stock").body.find("none left"), std::string::npos);
  EXPECT_EQ(client.get("/logic").body, "logic");
  EXPECT_EQ(client.get("/other").status, 500);
  EXPECT_EQ(client.get("/inner/stock").status, 410);
  EXPECT_EQ(client.get("/inner/logic").body, "logic");
}

TEST(RouteGroup, RuleForEveryExceptionLeavesProblemsAlone) {
  Client client([](App& app) {
    app.on_exception<std::exception>(
        [](const std::exception& e) { return Problem(500, e.what()); });
    app.get("/absent", [] { throw Problem(404, "none"); });
    app.get("/items/{n}", [](int n) { return n; });
    app.get("/broken", [] { throw std::runtime_error("a wire"); });
    auto group = app.group("/all");
    group.on_exception<Problem>([](const Problem& p) { return Response(p.status()).text("all"); });
    group.get("/absent", [] { throw Problem(404, "none"); });
  });
  EXPECT_EQ(client.get("/absent").status, 404);
  EXPECT_EQ(client.get("/items/x").status, 422);
  EXPECT_EQ(client.get("/broken").status, 500);
  EXPECT_NE(client.get("/broken").body.find("a wire"), std::string::npos);
  EXPECT_EQ(client.get("/all/absent").body, "all");
}

TEST(App, MountedServiceHasItsOwnMiddlewareAndErrors) {
  const auto admin = [](App& app) {
    app.on_error([](const Problem& p) { return Response(p.status()).text("admin error"); });
    app.use([](Context& ctx) { ctx.header("X-Admin", "yes"); });
    app.get("/users", [] { return std::string("users"); });
    app.get("/fail", [] { throw Problem(409); });
    EXPECT_EQ(app.options().get<int>("limit"), 3);
  };
  std::vector<std::string> hooks;
  {
    Client client(
        [&](App& app) {
          app.use([](Context& ctx) { ctx.header("X-All", "yes"); });
          app.get("/fail", [] { throw Problem(409); });
          app.mount("/admin", [&](App& sub) {
            admin(sub);
            sub.on_start([&] { hooks.push_back("start"); });
            sub.on_stop([&] { hooks.push_back("stop"); });
          });
        },
        {.options = {{"limit", int64_t{3}, ""}}});
    const Answer users = client.get("/admin/users");
    EXPECT_EQ(users.body, "users");
    EXPECT_EQ(users.header("X-Admin"), "yes");
    EXPECT_EQ(users.header("X-All"), "yes");
    EXPECT_EQ(client.get("/admin/fail").body, "admin error");
    EXPECT_EQ(client.get("/admin/absent").body, "admin error");
    const Answer fail = client.get("/fail");
    EXPECT_EQ(fail.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(fail.header("X-Admin"), std::nullopt);
  }
  EXPECT_EQ(hooks, (std::vector<std::string>{"start", "stop"}));
}

}  // namespace
}  // namespace svc
