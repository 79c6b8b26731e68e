#include "core/sdk/app.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

TEST(App, EachMethodHasItsHandler) {
  Client client([](App& app) {
    const auto named = [](const char* name) { return [name] { return std::string(name); }; };
    app.get("/x", named("get"));
    app.post("/x", named("post"));
    app.put("/x", named("put"));
    app.patch("/x", named("patch"));
    app.del("/x", named("delete"));
    app.options("/x", named("options"));
    app.head("/x", named("head"));
    app.any("/any", named("any"));
  });
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    const Answer answer = client.send(method, "/x");
    EXPECT_EQ(answer.status, 200) << method;
    EXPECT_TRUE(iequals(answer.body, method)) << answer.body;
    EXPECT_EQ(client.send(method, "/any").body, "any") << method;
  }
  EXPECT_EQ(client.send("HEAD", "/x").length, 4u);
}

TEST(App, RoutesAreListedInTheirOrder) {
  Client client([](App& app) {
    app.get("/b/{id}", [](int id) { return id; });
    app.any("/a", [] {});
  });
  const auto routes = client.app().routes();
  ASSERT_EQ(routes.size(), 2u);
  EXPECT_EQ(routes[0].method, "GET");
  EXPECT_EQ(routes[0].pattern, "/b/{id}");
  EXPECT_EQ(routes[1].method, "*");
}

TEST(App, RouteThatIsThereTwiceIsAnErrorOfTheBoot) {
  App app;
  app.get("/a/{x}", [](int x) { return x; });
  app.get("/a/{y}", [](int y) { return y; });
  const auto sealed = app.seal();
  ASSERT_FALSE(sealed);
  EXPECT_NE(sealed.error().text.find("/a/{y}"), std::string::npos) << sealed.error().text;
}

TEST(App, PatternOfARuntimeIsCheckedWhenItIsAdded) {
  App app;
  app.get(runtime("/a/{x}"), [](int x) { return x; });
  EXPECT_THROW(app.get(runtime("/a"), [](int x) { return x; }), std::invalid_argument);
  EXPECT_THROW(app.get(runtime("a"), [] {}), std::invalid_argument);
}

TEST(App, UnknownPathIs404InJson) {
  Client client([](App& app) { app.get("/x", [] {}); });
  const Answer answer = client.get("/y");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.body, R"({"type":"about:blank","title":"Not Found","status":404,)"
                         R"("detail":"there is nothing at this path"})");
}

TEST(App, WrongMethodIs405WithAllow) {
  Client client([](App& app) { app.get("/x", [] {}); });
  const Answer answer = client.send("DELETE", "/x");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("Allow"), "GET, HEAD, OPTIONS");
}

TEST(App, OptionsIsAnsweredWithAllow) {
  Client client([](App& app) { app.get("/x", [] {}); });
  const Answer answer = client.send("OPTIONS", "/x");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(client.send("OPTIONS", "*").status, 204);
}

RoutePlan plan_of(App& app, std::string_view path) {
  RequestHead head;
  head.method = Method::post;
  head.method_text = "POST";
  head.path = path;
  return app.plan(head);
}

TEST(App, PlanSaysWhatTheHandlerWants) {
  App app;
  app.post("/none", [] {});
  app.post("/whole", [](Body) {}).body_max(7).deadline(5s);
  app.post("/parts", [](BodyStream&, Request&) {});
  ASSERT_TRUE(app.seal());
  EXPECT_EQ(plan_of(app, "/none").body, BodyMode::ignored);
  EXPECT_EQ(plan_of(app, "/none").deadline, std::nullopt);
  EXPECT_EQ(plan_of(app, "/whole").body, BodyMode::buffered);
  EXPECT_EQ(plan_of(app, "/whole").body_max, 7u);
  EXPECT_EQ(plan_of(app, "/whole").deadline, 5s);
  EXPECT_EQ(plan_of(app, "/whole").route, 1u);
  EXPECT_EQ(plan_of(app, "/parts").body, BodyMode::streamed);
  EXPECT_EQ(plan_of(app, "/unknown").body, BodyMode::ignored);
  EXPECT_EQ(plan_of(app, "/unknown").route, kRouteNone);
}

void failing_routes(App& app) {
  app.get("/problem", []() -> int {
    throw Problem(409, "the name is taken").header("Retry-After", "5").with("name", "ann");
  });
  app.get("/throw", []() -> int { throw std::runtime_error("secret"); });
  app.get("/odd", []() -> int { throw 7; });
  app.get("/split/{x}", [](std::string x) { return Response().header("X", "a\r\nb: " + x); });
  app.get("/status", [] { return Response(42); });
  app.get("/late", [](Stream& out) {
    out.write("begun");
    throw std::runtime_error("too late");
  });
}

TEST(App, ProblemIsAnsweredInItsOwnShape) {
  Client client(failing_routes);
  const Answer answer = client.get("/problem");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.header("Retry-After"), "5");
  EXPECT_EQ(answer.body, R"({"type":"about:blank","title":"Conflict","status":409,)"
                         R"("detail":"the name is taken","name":"ann"})");
}

TEST(App, OtherExceptionsAre500AndKeepTheirTextToThemselves) {
  Client client(failing_routes);
  for (const char* path : {"/throw", "/odd", "/split/x", "/status"}) {
    const Answer answer = client.get(path);
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_EQ(answer.body, R"({"type":"about:blank","title":"Internal Server Error","status":500,)"
                           R"("detail":"Internal Server Error"})");
  }
}

TEST(App, ExceptionAfterTheAnswerHasBegunCutsIt) {
  Client client(failing_routes);
  const Answer answer = client.get("/late");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "begun");
  EXPECT_TRUE(answer.cut);
}

struct Shape {
  int code;
  std::string reason;
};

TEST(App, OnErrorGivesAllErrorsAnotherShape) {
  Client client([](App& app) {
    failing_routes(app);
    app.get("/typed/{n}", [](int n) { return n; });
    app.on_error([](const Problem& problem) {
      return Shape{problem.status(), std::string(problem.title())};
    });
  });
  EXPECT_EQ(client.get("/none").body, R"({"code":404,"reason":"Not Found"})");
  EXPECT_EQ(client.get("/none").status, 404);
  EXPECT_EQ(client.get("/throw").body, R"({"code":500,"reason":"Internal Server Error"})");
  EXPECT_EQ(client.get("/typed/x").body, R"({"code":422,"reason":"Unprocessable Content"})");
  EXPECT_EQ(client.get("/problem").header("Retry-After"), "5");
  EXPECT_EQ(client.send("POST", "/throw").header("Allow"), "GET, HEAD, OPTIONS");
  const auto [body, type] = client.app().refusal(431, "too long");
  EXPECT_EQ(body, R"({"code":431,"reason":"Request Header Fields Too Large"})");
  EXPECT_EQ(type, "application/json");
}

TEST(App, OnErrorMayAnswerWithAnotherStatusAndMayFail) {
  Client client([](App& app) {
    app.on_error([](const Problem& problem) {
      if (problem.status() == 405) throw std::runtime_error("on_error itself");
      return Response(410).text("gone");
    });
    app.get("/x", [] {});
  });
  EXPECT_EQ(client.get("/none").status, 410);
  EXPECT_EQ(client.get("/none").body, "gone");
  EXPECT_EQ(client.send("POST", "/x").status, 405);
  EXPECT_EQ(client.app().refusal(405, "").first, "");
}

TEST(App, RefusalOfTheServerHasTheSameShape) {
  App app;
  ASSERT_TRUE(app.seal());
  const auto [body, type] = app.refusal(413, "the body is too large");
  EXPECT_EQ(type, "application/problem+json");
  EXPECT_EQ(body, R"({"type":"about:blank","title":"Content Too Large","status":413,)"
                  R"("detail":"the body is too large"})");
}

TEST(App, HooksRunInOrderAndBackwards) {
  std::string trace;
  {
    Client client([&](App& app) {
      app.on_start([&] { trace += "1"; });
      app.on_start([&] { trace += "2"; });
      app.on_stop([&] { trace += "a"; });
      app.on_stop([&] {
        trace += "b";
        throw std::runtime_error("ignored");
      });
    });
    EXPECT_EQ(trace, "12");
  }
  EXPECT_EQ(trace, "12ba");
}

TEST(App, StartHookThatThrowsEndsTheBoot) {
  App app;
  app.on_start([] { throw std::runtime_error("no database"); });
  ASSERT_TRUE(app.seal());
  const auto started = app.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().text, "no database");
}

}  // namespace
}  // namespace svc
