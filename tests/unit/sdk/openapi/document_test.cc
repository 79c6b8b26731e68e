#include "core/sdk/openapi/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/sdk/require.h"
#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Client;
using ::testing::HasSubstr;
using ::testing::Not;

enum class Size { small, large };
struct Item {
  Text<1, 32> sku;
  Default<Int<1, 1000>, 1> qty;
  std::optional<Size> size;
};
struct Order {
  int64_t id;
  std::vector<Item> items;
};
struct Filter {
  std::optional<std::string> q;
  Default<Int<1, 100>, 20> limit;
  std::vector<Size> sizes;
};

struct Tenant {
  std::string name;
};

}  // namespace

// Needs no credentials: it follows from the Host.
template <>
struct from<Tenant> {
  static Tenant get(Context&) { throw Problem(400, "an unknown host"); }
};

namespace {

std::string document_of(const std::function<void(App&)>& routes) {
  Client client(routes);
  const auto answer = client.get("/openapi.json");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  return answer.body;
}

TEST(OpenApi, SaysWhatTheHandlersTypesSay) {
  const std::string text = document_of([](App& app) {
    app.post("/orders/{id}", [](Int<1, 9> id, Item in, QueryParam<"dry", std::optional<bool>>,
                                Header<"X-Key">, Cookie<"session", std::optional<std::string>>) {
      return Created(Order{id, {in}});
    });
    app.get("/orders", [](Query<Filter>) { return std::vector<Order>(); });
  });
  EXPECT_THAT(text, HasSubstr(R"("openapi":"3.1.0")"));
  EXPECT_THAT(text, HasSubstr(R"("/orders/{id}":{"post":{"operationId":"post_orders_id")"));
  EXPECT_THAT(text, HasSubstr(R"({"name":"id","in":"path","required":true,"schema":{"type":)"
                              R"("integer","minimum":1,"maximum":9}})"));
  EXPECT_THAT(text, HasSubstr(R"({"name":"dry","in":"query","required":false,"schema":{"type":)"
                              R"("boolean"}})"));
  EXPECT_THAT(text, HasSubstr(R"({"name":"X-Key","in":"header","required":true)"));
  EXPECT_THAT(text, HasSubstr(R"({"name":"session","in":"cookie","required":false)"));
  EXPECT_THAT(text, HasSubstr(R"({"name":"limit","in":"query","required":false,"schema":{"type":)"
                              R"("integer","minimum":1,"maximum":100,"default":20}})"));
  EXPECT_THAT(text, HasSubstr(R"({"name":"sizes","in":"query","required":false,"schema":{"type":)"
                              R"("array","items":{"$ref":"#/components/schemas/Size"}}})"));
  EXPECT_THAT(text, HasSubstr(R"("requestBody":{"required":true,"content":{"application/json":)"
                              R"({"schema":{"$ref":"#/components/schemas/Item"}}}})"));
  EXPECT_THAT(text, HasSubstr(R"("201":{"description":"Created","headers":{"Location")"));
  for (const char* status : {"400", "413", "415", "422"}) {
    EXPECT_THAT(text, HasSubstr("\"" + std::string(status) + "\":{\"description\""));
  }
  EXPECT_THAT(text, HasSubstr(R"("Size":{"type":"string","enum":["small","large"])"));
}

TEST(OpenApi, SaysWhatWasSaidAboutARoute) {
  const std::string text = document_of([](App& app) {
    app.openapi({.title = "Shop",
                 .version = "1.2",
                 .description = "Things \"for\" sale",
                 .servers = {"https://shop.example/api"},
                 .tags = {{"orders", "What was bought"}}});
    app.group("/v1")
        .tags({"orders"})
        .post("/orders", [](Item) { return 1; })
        .name("make_order")
        .summary("Makes an order")
        .description("More.")
        .tags({"new", "orders"})
        .deprecated()
        .throws(409, "It is there already.")
        .request_example(Item{"a", 2, {}})
        .answers<Order>(202, "Later.");
    app.get("/secret", [] {}).hidden();
    app.get("/csv", [] { return Response(); }).answers(200, "A table.", "text/csv");
  });
  EXPECT_THAT(text, HasSubstr(R"("info":{"title":"Shop","description":"Things \"for\" sale",)"
                              R"("version":"1.2"})"));
  EXPECT_THAT(text, HasSubstr(R"("servers":[{"url":"https://shop.example/api"}])"));
  EXPECT_THAT(text, HasSubstr(R"("tags":["orders","new"],"summary":"Makes an order","description":)"
                              R"("More.","operationId":"make_order","deprecated":true)"));
  EXPECT_THAT(text, HasSubstr(R"("409":{"description":"It is there already.","content":)"
                              R"({"application/problem+json")"));
  EXPECT_THAT(text, HasSubstr(R"("example":{"sku":"a","qty":2,"size":null})"));
  EXPECT_THAT(text, HasSubstr(R"("202":{"description":"Later.","content":{"application/json":)"
                              R"({"schema":{"$ref":"#/components/schemas/Order"}}}})"));
  EXPECT_THAT(text, HasSubstr(R"("responses":{"200":{"description":"A table.","content":)"
                              R"({"text/csv":{}}}})"));
  EXPECT_THAT(text, Not(HasSubstr("/secret")));
}

TEST(OpenApi, PathHasOneEntryWhateverItsPlaceholdersAreCalled) {
  const std::string text = document_of([](App& app) {
    app.get("/a/{x}", [](int x) { return x; });
    app.put("/a/{y}", [](int y) { return y; });
    app.any("/files/{path...}", [](std::string) {});
    app.get("/files/{rest...}", [](std::string) { return 1; });
  });
  EXPECT_THAT(text, HasSubstr(R"("/a/{x}":{"get":)"));
  EXPECT_THAT(text, HasSubstr(R"("put":{"operationId":"put_a_x","parameters":[{"name":"x")"));
  EXPECT_THAT(text, Not(HasSubstr("{y}")));
  EXPECT_THAT(text, HasSubstr(R"("/files/{path}":{"get":)"));
  EXPECT_THAT(text, HasSubstr(R"("operationId":"delete_files_path")"));
}

TEST(OpenApi, NamesOfOperationsAreUnique) {
  const std::string text = document_of([](App& app) {
    app.get("/a-b", [] {});
    app.get("/a/b", [] {});
    app.get("/c", [] {}).name("get_a_b");
  });
  EXPECT_THAT(text, HasSubstr(R"("operationId":"get_a_b")"));
  EXPECT_THAT(text, HasSubstr(R"("operationId":"get_a_b_2")"));
  EXPECT_THAT(text, HasSubstr(R"("operationId":"get_a_b_3")"));
}

TEST(OpenApi, CredentialsAreASchemeAnd401) {
  const std::string text = document_of([](App& app) {
    app.get("/a", [](Bearer) {});
    app.get("/b", [](std::optional<Basic>) {});
    app.get("/c", [] {}).use(require<Basic>());
    app.get("/open", [] {});
    app.get("/tenant", [] {}).use(require<Tenant>());
  });
  EXPECT_THAT(text, HasSubstr(R"("security":[{"bearer":[]}])"));
  EXPECT_THAT(text, HasSubstr(R"("security":[{"basic":[]},{}])"));
  EXPECT_THAT(text, HasSubstr(R"("security":[{"basic":[]}])"));
  EXPECT_THAT(text, HasSubstr(R"("securitySchemes":{"basic":{"type":"http","scheme":"basic"},)"
                              R"("bearer":{"type":"http","scheme":"bearer"}})"));
  EXPECT_THAT(text, HasSubstr(R"("/open":{"get":{"operationId":"get_open","responses":{"204")"));
  const std::string tenant = text.substr(text.find("/tenant"));
  EXPECT_THAT(tenant.substr(0, tenant.find("components")), Not(HasSubstr("401")));
}

TEST(OpenApi, ErrorsOfAnotherShapeHaveNoSchema) {
  const std::string text = document_of([](App& app) {
    app.on_error([](const Problem&) { return Response(); });
    app.get("/a/{n}", [](int n) { return n; });
  });
  EXPECT_THAT(text, HasSubstr(R"("422":{"description":"What was sent breaks a rule."}})"));
}

struct Account {
  std::string name;
  Secret<std::string> password;
  std::optional<Secret<std::string>> pin;
};
struct Team {
  std::vector<Account> members;
};
template <class T>
struct Page {
  std::vector<T> items;
};
struct Sheet {
  Upload file;
};
struct Album {
  std::string name;
  std::vector<Upload> photos;
};

TEST(OpenApi, SecretsAreInWhatIsSentAndNotInWhatIsAnswered) {
  const std::string text = document_of([](App& app) {
    app.post("/teams", [](Team team) { return team; });
    app.post("/orders", [](Order order) { return order; });
  });
  EXPECT_THAT(text, HasSubstr(R"("requestBody":{"required":true,"content":{"application/json":)"
                              R"({"schema":{"$ref":"#/components/schemas/Team"}}}})"));
  EXPECT_THAT(text, HasSubstr(R"("200":{"description":"OK","content":{"application/json":)"
                              R"({"schema":{"$ref":"#/components/schemas/Team-Output"}}}})"));
  EXPECT_THAT(text, HasSubstr(R"("Account":{"type":"object","properties":{"name":{"type":)"
                              R"("string"},"password":{"type":"string","writeOnly":true},)"));
  EXPECT_THAT(text, HasSubstr(R"("required":["name","password"])"));
  EXPECT_THAT(text, HasSubstr(R"("Account-Output":{"type":"object","properties":{"name":{"type":)"
                              R"("string"}},"required":["name"],)"));
  EXPECT_THAT(text, HasSubstr(R"({"$ref":"#/components/schemas/Account-Output"})"));
  EXPECT_THAT(text, Not(HasSubstr("Order-Output")));
}

TEST(OpenApi, NamesOfTemplatesAreReadable) {
  const std::string text = document_of([](App& app) {
    app.get("/names", [] { return Page<std::string>(); });
    app.get("/items", [] { return Page<Item>(); });
  });
  EXPECT_THAT(text, HasSubstr(R"("$ref":"#/components/schemas/Page_string")"));
  EXPECT_THAT(text, HasSubstr(R"("title":"Page_string")"));
  EXPECT_THAT(text, HasSubstr(R"("Page_Item":{)"));
}

TEST(OpenApi, OneStatusMayHaveSeveralMediaTypes) {
  const std::string text = document_of([](App& app) {
    app.get("/item", [] { return Response(); })
        .answers<Item>(200, "The item.")
        .answers(200, "An image.", "image/png")
        .response_example(Item{"a", 2, {}});
  });
  EXPECT_THAT(text, HasSubstr(R"("200":{"description":"The item. Or: An image.","content":)"
                              R"({"application/json":{"schema":{"$ref":"#/components/schemas/)"
                              R"(Item"})"));
  EXPECT_THAT(text, HasSubstr(R"("image/png":{)"));
}

TEST(OpenApi, RedirectHasTheStatusThatWasSaid) {
  const std::string text = document_of([](App& app) {
    app.get("/old", [] { return Redirect{"/", 302}; });
    app.get("/gone", [] { return Redirect{"/", 308}; }).answers(308, "It has moved.");
  });
  EXPECT_THAT(text, HasSubstr(R"("3XX":{"description":"To another place.","headers":)"));
  EXPECT_THAT(text, HasSubstr(R"("308":{"description":"It has moved.","headers":)"));
  EXPECT_THAT(text, Not(HasSubstr("303")));
}

TEST(OpenApi, FormsAreOfferedInTheEncodingsThatCanHoldThem) {
  const std::string text = document_of([](App& app) {
    app.post("/login", [](Form<Account>) {});
    app.post("/sheet", [](Form<Sheet>) {});
    app.post("/album", [](Form<Album>) {});
  });
  const auto body_of = [&](std::string_view path) {
    const std::string rest = text.substr(text.find(path));
    return rest.substr(0, rest.find("responses"));
  };
  EXPECT_THAT(body_of("/login"), HasSubstr(R"("content":{"application/x-www-form-urlencoded")"));
  EXPECT_THAT(body_of("/login"), HasSubstr("multipart/form-data"));
  EXPECT_THAT(body_of("/sheet"), HasSubstr(R"("content":{"multipart/form-data")"));
  EXPECT_THAT(body_of("/sheet"), Not(HasSubstr("urlencoded")));
  EXPECT_THAT(body_of("/album"), HasSubstr(R"("content":{"multipart/form-data")"));
  EXPECT_THAT(body_of("/album"), HasSubstr("urlencoded"));
}

TEST(OpenApi, IsTheSameEveryTimeAndHasATag) {
  const auto routes = [](App& app) { app.post("/a", [](Order) { return Order{}; }); };
  EXPECT_EQ(document_of(routes), document_of(routes));
  Client client(routes);
  const auto tag = client.get("/openapi.json").header("ETag");
  ASSERT_TRUE(tag);
  const auto again = client.get("/openapi.json", {{"If-None-Match", "\"x\", " + *tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(client.send("HEAD", "/openapi.json").status, 200);
  EXPECT_EQ(client.send("POST", "/openapi.json").status, 404);
}

TEST(OpenApi, IsServedWhereNoRouteIsAndOnlyIfItIsWanted) {
  Client off([](App& app) { app.openapi({.enabled = false}); });
  EXPECT_EQ(off.get("/openapi.json").status, 404);
  EXPECT_EQ(off.get("/docs").status, 404);
  Client own([](App& app) { app.get("/docs", [] { return std::string("mine"); }); });
  EXPECT_EQ(own.get("/docs").body, "mine");
  Client moved([](App& app) { app.openapi({.path = "/api/v1.json", .docs_path = "/api/ui"}); });
  EXPECT_EQ(moved.get("/openapi.json").status, 404);
  EXPECT_EQ(moved.get("/api/v1.json").status, 200);
  EXPECT_THAT(moved.get("/api/ui").body, HasSubstr(R"(content="v1.json")"));
  Client guarded([](App& app) { app.use(require<Bearer>()); });
  EXPECT_EQ(guarded.get("/docs").status, 401);
}

TEST(OpenApi, OnlyTheApplicationsMiddlewareIsAroundItWhereverItStands) {
  Client client([](App& app) {
    app.openapi({.path = "/api/v1/openapi.json", .docs_path = "/api/ui/docs"});
    app.group("/api").use(require<Bearer>()).get("/orders", [] { return 1; });
  });
  EXPECT_EQ(client.get("/api/orders").status, 401);
  EXPECT_EQ(client.get("/api/none").status, 401);
  EXPECT_EQ(client.get("/api/v1/openapi.json").status, 200);
  EXPECT_THAT(client.get("/api/v1/openapi.json").body, HasSubstr(R"("servers":[{"url":"../.."}])"));
  EXPECT_THAT(client.get("/api/ui/docs").body, HasSubstr(R"(content="../v1/openapi.json")"));
}

TEST(OpenApi, ComesBeforePlaceholdersAndAfterRoutesOfExactlyItsPath) {
  Client client([](App& app) {
    app.get("/{id}", [](std::string id) { return id; });
    app.post("/{id}", [](std::string id) { return id; });
  });
  EXPECT_EQ(client.get("/docs").header("Content-Type"), kHtmlType);
  EXPECT_EQ(client.get("/openapi.json").header("Content-Type"), kJsonType);
  EXPECT_EQ(client.get("/other").body, "other");
  EXPECT_EQ(client.send("POST", "/docs").body, "docs");
  Client own([](App& app) {
    app.get("/{rest...}", [](std::string rest) { return rest; });
    app.get("/openapi.json", [] { return std::string("mine"); });
  });
  EXPECT_EQ(own.get("/openapi.json").body, "mine");
  EXPECT_EQ(own.get("/docs").header("Content-Type"), kHtmlType);
}

TEST(OpenApi, PageFetchesNothingFromElsewhere) {
  Client client([](App&) {});
  const auto page = client.get("/docs");
  EXPECT_EQ(page.header("Content-Type"), kHtmlType);
  EXPECT_THAT(*page.header("Content-Security-Policy"), HasSubstr("default-src 'none'"));
  EXPECT_THAT(*page.header("Content-Security-Policy"), HasSubstr("script-src 'sha256-"));
  EXPECT_THAT(page.body, Not(HasSubstr("http://")));
  EXPECT_THAT(page.body, Not(HasSubstr("https://")));
  EXPECT_THAT(page.body, Not(HasSubstr("OPENAPI_URL")));
}

}  // namespace
}  // namespace svc
