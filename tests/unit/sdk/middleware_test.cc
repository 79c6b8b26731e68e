#include "core/sdk/middleware.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

// Notes when it is entered and left.
Middleware noting(std::vector<std::string>& notes, const std::string& name) {
  return [&notes, name](Context&, Next& next) {
    notes.push_back(name);
    const int status = next().status();
    notes.push_back(name + std::to_string(status));
  };
}

TEST(Middleware, RunsFromOutsideToInsideAndBack) {
  std::vector<std::string> notes;
  Client client([&](App& app) {
    auto group = app.group("/g");
    group.get("/x", [] { return 1; }).use(noting(notes, "route"));
    group.use(noting(notes, "group"));  // After the route was made, and around it all the same.
    app.use(noting(notes, "app"));
    app.get("/plain", [] { return 1; });
  });
  EXPECT_EQ(client.get("/g/x").status, 200);
  EXPECT_THAT(notes,
              ::testing::ElementsAre("app", "group", "route", "route200", "group200", "app200"));
  notes.clear();
  EXPECT_EQ(client.get("/plain").body, "1");
  EXPECT_THAT(notes, ::testing::ElementsAre("app", "app200"));
}

TEST(Middleware, ChangesTheAnswerBehindIt) {
  Client client([](App& app) {
    app.use([](Context&, Next& next) {
      Outcome& answer = next();
      EXPECT_EQ(answer.header("Content-Type"), kTextType);
      answer.header("X-Length", std::to_string(answer.body().size()));
      answer.response().status(203);
    });
    app.get("/x", [] { return std::string("four"); });
  });
  const Answer answer = client.get("/x");
  EXPECT_EQ(answer.status, 203);
  EXPECT_EQ(answer.body, "four");
  EXPECT_EQ(answer.header("X-Length"), "4");
}

TEST(Middleware, AnswersInsteadOfTheHandler) {
  bool ran = false;
  Client client([&](App& app) {
    app.get("/x", [&] { ran = true; }).use([](Context&, Next& next) {
      next.answer(Response(418).text("tea"));
    });
    app.get("/result", [&] { ran = true; }).use([](Context&, Next&) { return Response(299); });
    app.get("/before", [&] { ran = true; }).use([](Context& ctx) -> std::optional<Response> {
      if (ctx.request().query("stop")) return Response(204);
      return std::nullopt;
    });
    app.get("/thrown", [&] { ran = true; }).use([](Context&) { throw Problem(401); });
  });
  EXPECT_EQ(client.get("/x").body, "tea");
  EXPECT_EQ(client.get("/result").status, 299);
  EXPECT_EQ(client.get("/before?stop=1").status, 204);
  EXPECT_EQ(client.get("/thrown").status, 401);
  EXPECT_FALSE(ran);
  EXPECT_EQ(client.get("/before").status, 204);
  EXPECT_TRUE(ran);
}

TEST(Middleware, SeesProblemsAsAnswersAndOtherExceptionsAsThemselves) {
  std::vector<std::string> notes;
  Client client([&](App& app) {
    app.use(noting(notes, "outer"));
    app.use([&](Context&, Next& next) {
      try {
        next();
      } catch (const std::runtime_error& e) {
        notes.push_back(e.what());
        throw;
      }
    });
    app.get("/problem", [] { throw Problem(409, "taken"); });
    app.get("/failure", [] { throw std::runtime_error("broken"); });
    app.post("/wrong", [](std::vector<int>) {});
  });
  EXPECT_EQ(client.get("/problem").status, 409);
  EXPECT_THAT(notes, ::testing::ElementsAre("outer", "outer409"));
  notes.clear();
  EXPECT_EQ(client.get("/failure").status, 500);
  EXPECT_THAT(notes, ::testing::ElementsAre("outer", "broken"));
  notes.clear();
  EXPECT_EQ(client.post_json("/wrong", R"(["a"])").status, 422);
  EXPECT_THAT(notes, ::testing::ElementsAre("outer", "outer422"));
}

TEST(Middleware, ProblemAfterTheHandlerTakesTheAnswersPlace) {
  Client client([](App& app) {
    app.get("/x", [] { return 1; }).use([](Context&, Next& next) {
      next();
      throw Problem(503);
    });
  });
  EXPECT_EQ(client.get("/x").status, 503);
}

TEST(Middleware, ThatDoesNothingIsAFailure) {
  Client client([](App& app) {
    app.get("/nothing", [] { return 1; }).use([](Context&, Next&) {});
    app.get("/twice", [] { return 1; }).use([](Context&, Next& next) {
      next();
      next();
    });
  });
  EXPECT_EQ(client.get("/nothing").status, 500);
  EXPECT_EQ(client.get("/twice").status, 500);
}

TEST(Middleware, SeesPathsWithoutARoute) {
  std::vector<std::string> notes;
  Client client([&](App& app) {
    app.group("/g").use(noting(notes, "group")).get("/x", [] { return 1; });
    app.get("/other", [] { return 1; });
  });
  EXPECT_EQ(client.get("/g/absent").status, 404);
  EXPECT_EQ(client.send("DELETE", "/g/x").status, 405);
  EXPECT_EQ(client.send("OPTIONS", "/g/x").status, 204);
  EXPECT_THAT(
      notes, ::testing::ElementsAre("group", "group404", "group", "group405", "group", "group204"));
  notes.clear();
  EXPECT_EQ(client.get("/gx").status, 404);
  EXPECT_EQ(client.get("/absent").status, 404);
  EXPECT_TRUE(notes.empty());
}

TEST(Middleware, LeavesAStreamAsItIs) {
  Client client([](App& app) {
    app.use([](Context& ctx, Next& next) {
      ctx.header("X-Before", "yes");
      Outcome& answer = next();
      EXPECT_TRUE(answer.streamed());
      EXPECT_EQ(answer.status(), 202);
      answer.header("X-After", "too late");
      EXPECT_THROW(answer.response(), std::logic_error);
    });
    app.get("/x", [](Stream& out) { out.status(202).write("part"); });
  });
  const Answer answer = client.get("/x");
  EXPECT_EQ(answer.body, "part");
  EXPECT_EQ(answer.header("X-Before"), "yes");
  EXPECT_EQ(answer.header("X-After"), std::nullopt);
}

TEST(Middleware, FieldsOfTheContextAreOnEveryAnswer) {
  Client client([](App& app) {
    app.use([](Context& ctx) {
      ctx.header("Content-Type", "text/x");
      ctx.add_header("Vary", "Origin");
      EXPECT_THROW(ctx.header("X", "a\r\nb"), std::invalid_argument);
    });
    app.get("/ok", [] { return Response().header("Vary", "Accept").text("x"); });
    app.get("/bad", [] { throw std::runtime_error("x"); });
  });
  for (const char* path : {"/ok", "/bad", "/absent"}) {
    const Answer answer = client.get(path);
    EXPECT_EQ(answer.header("Content-Type"), "text/x") << path;
    EXPECT_THAT(answer.headers,
                ::testing::Contains(std::pair<std::string, std::string>("Vary", "Origin")));
  }
}

class Toll final : public Guard {
 public:
  void around(Context& ctx, Next& next) override {
    if (ctx.request().header("X-Paid") == "yes") {
      next().header("X-Toll", "paid");
    } else {
      throw Problem(402);
    }
  }
  std::string_view name() const noexcept override { return "toll"; }
};

TEST(Guard, LetsTheBodyBeReadAfterIt) {
  Client client([](App& app) {
    app.post("/x", [](std::vector<int> in) { return in.size(); }).guard(std::make_shared<Toll>());
  });
  client.set_read_max(2);
  const std::string list = "[1,2,3]";
  const testing::Headers json = {{"Content-Type", "application/json"}, {"X-Paid", "yes"}};
  const Answer answer = client.send("POST", "/x", list, json);
  EXPECT_EQ(answer.body, "3");
  EXPECT_EQ(answer.header("X-Toll"), "paid");
  EXPECT_EQ(client.post_json("/x", list).status, 402);
}

TEST(Guard, MakesTheBodyTheHandlersToRead) {
  Client client([](App& app) {
    app.post("/x", [](Body body) { return body.size(); })
        .guard(std::make_shared<Toll>())
        .body_max(4);
    app.get("/y", [] { return 1; }).guard(std::make_shared<Toll>());
  });
  const testing::Headers paid = {{"X-Paid", "yes"}};
  EXPECT_EQ(client.send("POST", "/x", "four", paid).body, "4");
  EXPECT_EQ(client.send("POST", "/x", "fives", paid).status, 413);
  EXPECT_EQ(client.send("GET", "/y", {}, paid).body, "1");
}

struct User {
  std::string name;
};

TEST(Context, KeepsWhatAMiddlewareLeaves) {
  Client client([](App& app) {
    app.get("/x", [](Context& ctx) { return ctx.get<User>().name; }).use([](Context& ctx) {
      ctx.set(User{"bob"});
      ctx.set(User{"ann"});
      EXPECT_EQ(ctx.find<int>(), nullptr);
    });
    app.get("/none", [](Context& ctx) { return ctx.get<User>().name; });
  });
  EXPECT_EQ(client.get("/x").body, "ann");
  EXPECT_EQ(client.get("/none").status, 500);
}

}  // namespace
}  // namespace svc
