#include "core/sdk/dependency.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/sdk/app.h"
#include "core/sdk/require.h"
#include "core/sdk/testing/client.h"

namespace svc_dependency_test {
struct Paging {
  int64_t limit;
  std::string last;
};
struct Search {
  Paging paging;
  std::string q;
};
struct Member {
  std::string name;
};
struct Words {
  std::vector<std::string> word;
  void check(svc::Issues& issues) const {
    if (word.size() > 2) issues.add("word", "are too many");
  }
};
int made = 0;
}  // namespace svc_dependency_test

template <>
struct svc::from<svc_dependency_test::Paging> {
  static svc_dependency_test::Paging get(
      svc::QueryParam<"limit", svc::Default<svc::Int<1, 100>, 20>> limit,
      svc::Cookie<"last", std::optional<std::string>> last) {
    ++svc_dependency_test::made;
    return {limit, last.value_or("none")};
  }
};
template <>
struct svc::from<svc_dependency_test::Search> {
  static constexpr bool cached = true;
  static svc_dependency_test::Search get(const svc_dependency_test::Paging& paging,
                                         svc::QueryParam<"q"> q, svc::Request& request) {
    return {paging, q + std::string(request.path())};
  }
};
template <>
struct svc::from<svc_dependency_test::Member> {
  static svc_dependency_test::Member get(svc::Bearer bearer) { return {bearer.token}; }
};
template <>
struct svc::from<std::optional<svc_dependency_test::Member>> {
  static std::optional<svc_dependency_test::Member> get(std::optional<svc::Bearer> bearer) {
    if (!bearer) return std::nullopt;
    return svc_dependency_test::Member{bearer->token};
  }
};

namespace svc {
namespace {

using svc_dependency_test::made;
using svc_dependency_test::Member;
using svc_dependency_test::Paging;
using svc_dependency_test::Search;
using svc_dependency_test::Words;
using testing::Answer;
using testing::Client;
using ::testing::HasSubstr;
using ::testing::Not;

void routes(App& app) {
  app.get("/page/{id}", [](int id, Paging page) {
    return std::to_string(id) + " " + std::to_string(page.limit) + " " + page.last;
  });
  app.get("/search", [](const Search& search, QueryParam<"n", int> n) {
    return search.q + std::to_string(search.paging.limit + n);
  });
  app.get("/twice", [](Paging first, Paging second) { return first.limit + second.limit; });
  app.get("/member", [](Member member) { return member.name; });
  app.get("/anyone", [](std::optional<Member> member) { return member ? member->name : "nobody"; });
}

TEST(Dependency, TakesParametersAsAHandlerDoes) {
  Client client(routes);
  EXPECT_EQ(client.get("/page/7").body, "7 20 none");
  EXPECT_EQ(client.get("/page/7?limit=5", {{"Cookie", "last=x"}}).body, "7 5 x");
  EXPECT_EQ(client.get("/search?q=a&n=1").body, "a/search21");
}

TEST(Dependency, WhatIsWrongIsToldWithTheHandlersOwnAndNothingIsMade) {
  Client client(routes);
  made = 0;
  const Answer answer = client.get("/search?limit=0&n=x");
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, HasSubstr(R"("loc":["query","limit"],"msg":"must be at least 1")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("loc":["query","q"],"msg":"is required)"));
  EXPECT_THAT(answer.body, HasSubstr(R"("loc":["query","n"],"msg":"must be an integer")"));
  EXPECT_EQ(made, 0);
  const std::string twice = client.get("/twice?limit=0").body;
  EXPECT_NE(twice.find("must be at least 1"), twice.npos);
  EXPECT_EQ(twice.find("must be at least 1"), twice.rfind("must be at least 1")) << twice;
}

TEST(Dependency, IsMadeForAMiddlewareToo) {
  Client client([](App& app) {
    app.use([](Context& ctx) { static_cast<void>(ctx.get<Search>()); });
    app.use([](Context& ctx) { ctx.header("X-Words", ctx.get<Query<Words>>()->word.at(0)); });
    app.get("/x", [](const Search& search) { return search.paging.limit; });
  });
  made = 0;
  const Answer answer = client.get("/x?q=a&limit=3&word=w");
  EXPECT_EQ(answer.body, "3");
  EXPECT_EQ(answer.header("X-Words"), "w");
  EXPECT_EQ(made, 1);
  EXPECT_EQ(client.get("/x?limit=3&word=w").status, 422);
  EXPECT_EQ(client.get("/x?q=a&word=w&word=w&word=w").status, 422);
}

TEST(Dependency, CredentialsAreOnesOfWhatItIsMadeOf) {
  Client client(routes);
  const testing::Headers ann{{"Authorization", "Bearer ann"}};
  EXPECT_EQ(client.get("/member", ann).body, "ann");
  EXPECT_EQ(client.get("/member").status, 401);
  EXPECT_EQ(client.get("/anyone", ann).body, "ann");
  EXPECT_EQ(client.get("/anyone").body, "nobody");
  EXPECT_EQ(client.get("/anyone", {{"Authorization", "Bearer"}}).status, 401);
}

TEST(Dependency, StandsInTheDocument) {
  Client client(routes);
  const std::string text = client.get("/openapi.json").body;
  EXPECT_THAT(text, HasSubstr(R"({"name":"limit","in":"query","required":false,"schema":{"type":)"
                              R"("integer","minimum":1,"maximum":100,"default":20}})"));
  EXPECT_THAT(text, HasSubstr(R"({"name":"last","in":"cookie","required":false)"));
  EXPECT_THAT(text, HasSubstr(R"({"name":"q","in":"query","required":true)"));
  EXPECT_THAT(text, HasSubstr(R"("security":[{"bearer":[]}])"));
  EXPECT_THAT(text, HasSubstr(R"("security":[{"bearer":[]},{}])"));
  Client plain([](App& app) { app.get("/", [](Paging page) { return page.limit; }); });
  EXPECT_THAT(plain.get("/openapi.json").body, HasSubstr(R"("422")"));
  EXPECT_THAT(plain.get("/openapi.json").body, Not(HasSubstr("security\":[")));
}

TEST(Dependency, ThatAMiddlewareLeavesIsNoPartOfTheRequest) {
  struct Tenant {
    std::string name;
  };
  Client client([](App& app) {
    app.openapi({.path = "/api.json"});
    auto group = app.group("/v1");
    group.use([](Context& ctx) {
      if (ctx.request().header("X-Tenant")) ctx.set(Tenant{"ann"});
    });
    group.use(require<Tenant>()).post("/x", [](Context& ctx) { return ctx.get<Tenant>().name; });
  });
  EXPECT_EQ(client.post_json("/v1/x", "", {{"X-Tenant", "1"}}).body, "ann");
  EXPECT_EQ(client.post_json("/v1/x", "").status, 500);
  EXPECT_THAT(client.get("/api.json").body, Not(HasSubstr(R"("415")")));
}

TEST(Dependency, ThatAGroupRequiresStandsInTheDocumentOfItsRoutes) {
  Client client([](App& app) {
    auto group = app.group("/v1").use(require<Header<"X-Token">>()).use(require<Paging>());
    group.get("/items/{name}", [](std::string name, Paging page) { return name + page.last; });
    group.get("/other", [] { return 1; });
    app.get("/free", [] { return 1; });
  });
  EXPECT_EQ(client.get("/v1/other").status, 422);
  const testing::Headers token{{"X-Token", "t"}};
  EXPECT_EQ(client.get("/v1/items/x", token).body, "xnone");
  const std::string text = client.get("/openapi.json").body;
  const std::string own = R"("parameters":[{"name":"name","in":"path","required":true,)"
                          R"("schema":{"type":"string"}},{"name":"limit","in":"query")";
  const std::string last = R"({"name":"last","in":"cookie","required":false,)"
                           R"("schema":{"type":"string"}})";
  const std::string required = R"({"name":"X-Token","in":"header","required":true,)"
                               R"("schema":{"type":"string"}})";
  EXPECT_THAT(text, HasSubstr(own));
  EXPECT_THAT(text, HasSubstr(last + "," + required + "],"));  // limit and last are there once.
  EXPECT_THAT(text, HasSubstr(R"("operationId":"get_v1_other","parameters":[)" + required));
  EXPECT_THAT(text, HasSubstr(R"("operationId":"get_free","responses":{"200")"));
  const size_t other = text.find("get_v1_other");
  EXPECT_THAT(text.substr(other, text.find("get_free") - other), HasSubstr(R"("422")"));
}

}  // namespace
}  // namespace svc
