// How requests become parameters, and results answers: handler.h, call.h, parameters.h.
#include "core/sdk/handler.h"

#include <gtest/gtest.h>

#include "core/sdk/middleware/observe.h"
#include "core/sdk/testing/client.h"

struct Session {
  std::string user;
};
template <>
struct svc::from<Session> {
  static Session get(Context& ctx) {
    const auto token = ctx.request().header("Authorization");
    if (!token) throw Problem(401, "log in first");
    return {std::string(*token)};
  }
};

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

enum class Color { red, green };
struct NewOrder {
  Text<1, 8> sku;
  Default<Int<1, 100>, 1> qty;
  std::optional<std::string> note;
};
struct Order {
  int64_t id;
  std::string sku;
  int64_t qty;
};
struct Page {
  Default<int, 1> page;
  Default<Int<1, 50>, 10> size;
  std::vector<std::string> tag;
  std::optional<Color> color;
};

void path_routes(App& app) {
  app.get("/two/{a}/{b}", [](int a, const std::string& b) { return std::to_string(a) + b; });
  app.get("/color/{color}", [](Color color) { return color == Color::green; });
  app.get("/rest/{path...}", [](std::string path) { return path; });
  app.get("/raw/{path...}", [](EncodedPath path) { return std::string(path.text); });
  app.get("/small/{n}", [](Int<0, 35> n) { return n + 1; });
}

TEST(Binding, PathParametersAreTakenInOrder) {
  Client client(path_routes);
  EXPECT_EQ(client.get("/two/7/x").body, "7x");
  EXPECT_EQ(client.get("/two/7/a%20b%2Fc").body, "7a b/c");
  EXPECT_EQ(client.get("/color/green").body, "true");
  EXPECT_EQ(client.get("/rest/a/b%20c").body, "a/b c");
  EXPECT_EQ(client.get("/raw/a%2Fb/%FF").body, "a%2Fb/%FF");
}

TEST(Binding, PathParameterThatDoesNotFitIs422) {
  Client client(path_routes);
  const Answer answer = client.get("/two/x/y");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(answer.body,
            R"({"detail":[{"loc":["path","a"],"msg":"must be an integer","type":"int_parsing"}]})");
  EXPECT_EQ(client.get("/small/36").status, 422);
  EXPECT_EQ(client.get("/small/35").body, "36");
  EXPECT_EQ(client.get("/color/blue").status, 422);
  EXPECT_EQ(client.get("/two/1/%FF").status, 422) << "no text";
  EXPECT_EQ(client.get("/two/1/%zz").status, 400);
}

void body_routes(App& app) {
  app.post("/orders", [](NewOrder in) { return Created(Order{1, in.sku, in.qty}, "/orders/1"); });
  app.post("/list", [](const std::vector<int>& list) { return list.size(); });
  app.post("/json", [](Json json) { return json; });
  app.post("/raw", [](Body body) { return body.str(); });
  app.put("/orders/{id}", [](int64_t id, NewOrder in) { return Order{id, in.sku, in.qty}; });
}

TEST(Binding, JsonBodyBecomesAStruct) {
  Client client(body_routes);
  const Answer created = client.post_json("/orders", R"({"sku":"a","qty":3})");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.header("Location"), "/orders/1");
  EXPECT_EQ(created.body, R"({"id":1,"sku":"a","qty":3})");
  EXPECT_EQ(client.post_json("/list", "[1,2,3]").body, "3");
  EXPECT_EQ(client.post_json("/json", R"({"any": [1]})").body, R"({"any":[1]})");
}

TEST(Binding, JsonSubtypesAreJson) {
  Client client(body_routes);
  for (const char* type :
       {"application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"}) {
    EXPECT_EQ(client.send("POST", "/list", "[]", {{"Content-Type", type}}).status, 200) << type;
  }
}

TEST(Binding, BodyOfAnotherMediaTypeIs415) {
  Client client(body_routes);
  EXPECT_EQ(client.send("POST", "/orders", "{}").status, 415);
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "json", "+json"}) {
    EXPECT_EQ(client.send("POST", "/orders", "{}", {{"Content-Type", type}}).status, 415) << type;
  }
}

TEST(Binding, BodyThatIsNoJsonIs400) {
  Client client(body_routes);
  const Answer answer = client.post_json("/orders", "{");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  EXPECT_NE(answer.body.find("not valid JSON"), std::string::npos);
  EXPECT_EQ(client.post_json("/orders", "").status, 400);
  EXPECT_EQ(client.send("POST", "/orders").status, 400) << "no body at all";
}

TEST(Binding, ViolationsOfAllParametersAreReportedTogether) {
  Client client(body_routes);
  const Answer answer =
      client.send("PUT", "/orders/x", R"({"qty":0})", {{"Content-Type", "application/json"}});
  EXPECT_EQ(answer.status, 422);
  struct Detail {
    std::vector<Json> loc;
    std::string type;
  };
  struct Details {
    std::vector<Detail> detail;
  };
  const auto details = answer.as<Details>().detail;
  ASSERT_EQ(details.size(), 3u);
  EXPECT_EQ(details[0].type, "int_parsing");
  EXPECT_EQ(details[1].loc[1].text, "\"qty\"");
  EXPECT_EQ(details[2].type, "missing");
}

TEST(Binding, RawBodyIsAnyBytesOfAnyType) {
  Client client(body_routes);
  const std::string bytes("\0\xff\r\n", 4);
  EXPECT_EQ(client.send("POST", "/raw", bytes).body, bytes);
}

TEST(Binding, ABodyMayBeAbsent) {
  Client client([](App& app) {
    app.post("/maybe", [](std::optional<NewOrder> in) { return in ? in->sku : Text<1, 8>("-"); });
    app.post("/list", [](Default<std::vector<int>> in) { return in.size(); });
  });
  EXPECT_EQ(client.send("POST", "/maybe", "").body, "-");
  const testing::Headers json{{"Content-Type", "application/json"}};
  EXPECT_EQ(client.send("POST", "/maybe", "", json).body, "-");
  EXPECT_EQ(client.send("POST", "/maybe", "null", json).body, "-");
  EXPECT_EQ(client.send("POST", "/maybe", R"({"sku":"a"})", json).body, "a");
  EXPECT_EQ(client.send("POST", "/maybe", "{}", json).status, 422);
  EXPECT_EQ(client.send("POST", "/maybe", "{", json).status, 400);
  EXPECT_EQ(client.send("POST", "/maybe", "x", {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(client.send("POST", "/list", "").body, "0");
  EXPECT_EQ(client.send("POST", "/list", "[1,2]", json).body, "2");
}

void query_routes(App& app) {
  app.get("/page", [](Query<Page> page) {
    std::string text = std::to_string(page->page) + "/" + std::to_string(page->size);
    for (const auto& tag : page->tag) text += " " + tag;
    if (page->color) text += *page->color == Color::red ? " red" : " green";
    return text;
  });
  app.get("/one", [](QueryParam<"q"> q, QueryParam<"n", std::optional<int>> n) {
    return q + (n ? std::to_string(*n) : "-");
  });
  app.get("/header", [](Header<"X-Token"> token, Header<"X-Many", std::vector<int>> many,
                        Header<"X-None", Default<std::string, "none">> none) {
    return *token + std::to_string(many->size()) + *none;
  });
  app.get("/cookie", [](Cookie<"id"> id, Cookie<"theme", std::optional<std::string>> theme) {
    return id + theme.value_or("-");
  });
}

TEST(Binding, QueryFillsAStruct) {
  Client client(query_routes);
  EXPECT_EQ(client.get("/page").body, "1/10");
  EXPECT_EQ(client.get("/page?page=3&size=50&tag=a&tag=b+c&color=red").body, "3/50 a b c red");
  EXPECT_EQ(client.get("/page?page=3&page=4").body, "3/10") << "the first of a single one";
  EXPECT_EQ(client.get("/page?size=51").status, 422);
  EXPECT_EQ(
      client.get("/page?page=&color=x").body,
      R"({"detail":[{"loc":["query","page"],"msg":"must be an integer","type":"int_parsing"},)"
      R"({"loc":["query","color"],"msg":"must be one of 'red', 'green'","type":"enum"}]})");
}

TEST(Binding, QueryParametersAreTakenByName) {
  Client client(query_routes);
  EXPECT_EQ(client.get("/one?q=x&n=5").body, "x5");
  EXPECT_EQ(client.get("/one?q=").body, "-");
  const Answer missing = client.get("/one");
  EXPECT_EQ(missing.status, 422);
  EXPECT_NE(missing.body.find(R"("loc":["query","q"])"), std::string::npos) << missing.body;
  EXPECT_NE(missing.body.find(R"("type":"missing")"), std::string::npos);
}

TEST(Binding, QueryOfTooManyParametersIs400) {
  Client client(query_routes);
  std::string target = "/one?q=x";
  for (int i = 0; i < 1001; ++i) target += "&a=1";
  EXPECT_EQ(client.get(target).status, 400);
}

TEST(Binding, HeadersAreTakenWithoutRegardToCase) {
  Client client(query_routes);
  EXPECT_EQ(client.get("/header", {{"x-token", "t"}, {"X-MANY", "1"}, {"x-many", "2"}}).body,
            "t2none");
  EXPECT_EQ(client.get("/header").status, 422);
  EXPECT_EQ(client.get("/header", {{"X-Token", "t"}, {"X-Many", "x"}}).status, 422);
}

TEST(Binding, CookiesAreTakenByName) {
  Client client(query_routes);
  EXPECT_EQ(client.get("/cookie", {{"Cookie", "a=1; id=\"me\";theme=dark"}}).body, "medark");
  EXPECT_EQ(client.get("/cookie", {{"Cookie", "id=x"}}).body, "x-");
  EXPECT_EQ(client.get("/cookie", {{"Cookie", "ID=x"}}).status, 422) << "case matters here";
}

TEST(Binding, OwnTypesComeFromTheContext) {
  Client client([](App& app) {
    app.get("/me/{n}", [](const Session& session, int) { return session.user; });
  });
  EXPECT_EQ(client.get("/me/1", {{"Authorization", "ann"}}).body, "ann");
  EXPECT_EQ(client.get("/me/1").status, 401);
  EXPECT_EQ(client.get("/me/x").status, 401) << "who may not ask is not told what is wrong";
}

TEST(Binding, RequestAndContextAreAsked) {
  Client client([](App& app) {
    app.any("/ask/{id}", [](int, Request& request, Context& ctx) {
      return std::string(request.method()) + " " + std::string(request.path()) + " " +
             std::string(request.query_string()) + " " + std::string(ctx.route()) + " " +
             ctx.request_id() + " " + ctx.peer() + " " + ctx.worker().service + " " +
             std::string(request.body());
    });
  });
  EXPECT_EQ(client.send("PUT", "/ask/1?a=b", "body").body,
            "PUT /ask/1 a=b /ask/{id} 0000000000005eed 127.0.0.1:40000 test body");
}

TEST(Parameters, ARequestHasTheIdThatItsClientGaveIt) {
  Client client([](App& app) { app.get("/id", [](Context& ctx) { return ctx.request_id(); }); });
  const auto id = [&](const std::string& said) {
    return client.send("GET", "/id", {}, {{"X-Request-Id", said}}).body;
  };
  EXPECT_EQ(id("f0a1-7!"), "f0a1-7!");
  EXPECT_EQ(id(std::string(128, 'a')), std::string(128, 'a'));
  for (const std::string& bad : {std::string(129, 'a'), std::string("a b"), std::string("a)"),
                                 std::string("\xc3\xa9"), std::string()})
    EXPECT_EQ(id(bad), "0000000000005eed") << bad;
}

void result_routes(App& app) {
  app.get("/text", [] { return std::string("text"); });
  app.get("/literal", [] { return "Index Page"; });
  app.get("/null", [] { return static_cast<const char*>(nullptr); });
  app.post("/literal", [] { return Created{"made"}; });
  app.get("/struct", [] { return Order{1, "a", 2}; });
  app.get("/vector", [] { return std::vector<int>{1, 2}; });
  app.get("/map", [] { return std::map<std::string, int>{{"a", 1}}; });
  app.get("/number", [] { return 1.5; });
  app.get("/found/{yes}", [](bool yes) {
    return yes ? std::optional(Order{1, "a", 2}) : std::nullopt;
  });
  app.get("/nothing", [] {});
  app.get("/no-content", [] { return NoContent{}; });
  app.get("/redirect", [] { return Redirect{"/text"}; });
  app.get("/response",
          [] { return Response(202).header("X-One", "1").cookie("id", "7").html("<p>"); });
  app.get(
      "/function", +[]() noexcept { return 7; });
  app.get("/nested",
          [] { return svc::offload([] { return svc::offload([] { return Order{}; }); }); });
}

TEST(Results, LeadOnlyWhereAUriCanLead) {
  Client client([](App& app) {
    app.get("/to", [](QueryParam<"to"> to) { return Redirect{*to}; });
    app.get("/status/{n}", [](int status) { return Redirect{"/x", status}; });
    app.post("/made", [] { return Created(Order{}, "/orders/caf\xc3\xa9"); });
  });
  EXPECT_EQ(client.get("/to?to=/caf%C3%A9%20x%25/%2541").header("Location"),
            "/caf%C3%A9%20x%25/%41");
  EXPECT_EQ(client.get("/to?to=/a%0D%0AX:%20b").status, 500);
  EXPECT_EQ(client.get("/status/308").status, 308);
  for (const char* path : {"/status/200", "/status/299", "/status/400"})
    EXPECT_EQ(client.get(path).status, 500) << path;
  EXPECT_EQ(client.send("POST", "/made").header("Location"), "/orders/caf%C3%A9");
}

TEST(Results, SayNothingOfAContentThatTheyCantHave) {
  Client client([](App& app) {
    app.get("/{status}", [](int status) { return Response(status).text("x"); });
    app.get("/", [] { return Response(204).text("x"); }).use(timing());
  });
  for (const char* path : {"/204", "/205", "/304", "/"}) {
    EXPECT_EQ(client.get(path).header("Content-Type"), std::nullopt) << path;
    EXPECT_EQ(client.get(path).body, "") << path;
  }
}

TEST(Results, OfTimesThatCantBeWrittenAre500) {
  Client client([](App& app) {
    app.get("/far", [] {
      return std::vector{
          std::chrono::sys_seconds(std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1)),
          std::chrono::sys_seconds::max()};
    });
    app.get("/last", [] {
      return std::vector{std::chrono::sys_days(std::chrono::year(9'999) / 12 / 31),
                         std::chrono::sys_days(std::chrono::year(0) / 1 / 1)};
    });
  });
  EXPECT_EQ(client.get("/far").status, 500);
  EXPECT_EQ(client.get("/last").body, R"(["9999-12-31","0000-01-01"])");
}

TEST(Results, BecomeAnswersByTheirType) {
  Client client(result_routes);
  EXPECT_EQ(client.get("/text").header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(client.get("/struct").header("Content-Type"), "application/json");
  EXPECT_EQ(client.get("/struct").body, R"({"id":1,"sku":"a","qty":2})");
  EXPECT_EQ(client.get("/vector").body, "[1,2]");
  EXPECT_EQ(client.get("/map").body, R"({"a":1})");
  EXPECT_EQ(client.get("/number").body, "1.5");
  EXPECT_EQ(client.get("/function").body, "7");
  EXPECT_EQ(client.get("/nested").body, R"({"id":0,"sku":"","qty":0})");
  EXPECT_EQ(client.get("/literal").body, "Index Page");
  EXPECT_EQ(client.get("/literal").header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(client.get("/null").status, 500);
  EXPECT_EQ(client.send("POST", "/literal", "").body, "\"made\"");
}

TEST(Results, AbsentOptionalIs404) {
  Client client(result_routes);
  EXPECT_EQ(client.get("/found/true").status, 200);
  EXPECT_EQ(client.get("/found/false").status, 404);
}

TEST(Results, WithoutABodyAre204) {
  Client client(result_routes);
  EXPECT_EQ(client.get("/nothing").status, 204);
  EXPECT_EQ(client.get("/no-content").status, 204);
}

TEST(Results, ResponseIsSentAsItWasMade) {
  Client client(result_routes);
  const Answer answer = client.get("/response");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.header("X-One"), "1");
  EXPECT_EQ(answer.header("Set-Cookie"), "id=7; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(answer.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(answer.body, "<p>");
  EXPECT_EQ(client.get("/redirect").status, 303);
  EXPECT_EQ(client.get("/redirect").header("Location"), "/text");
}

}  // namespace
}  // namespace svc
