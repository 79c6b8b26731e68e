#include "core/sdk/parameters.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "core/sdk/app.h"
#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Client;

enum class Level { low, high };

TEST(Parameters, ATextIsAddedAndComparedAsATextIs) {
  const QueryParam<"q"> q{"x"};
  const Header<"X", Text<1, 3>> bounded{"y"};
  EXPECT_EQ("hello " + q + "!", "hello x!");
  EXPECT_EQ(q + "!", "x!");
  EXPECT_EQ(q + q, "xx");
  EXPECT_EQ(std::string("a") + q + bounded, "axy");
  EXPECT_TRUE(q == "x" && "x" == q && q != "y" && bounded == "y" && q == q);
  EXPECT_EQ(q->size(), 1U);
  std::string copy = q;
  copy += q;
  EXPECT_EQ(copy, "xx");
}

TEST(Parameters, ANumberIsCalculatedWith) {
  const QueryParam<"n", int> plain{3};
  const QueryParam<"n", Default<int, 20>> defaulted;
  const QueryParam<"n", Default<Int<1, 100>, 10>> bounded;
  const Cookie<"f", Number<0, 1>> number{0.5};
  EXPECT_EQ(plain * 2 + defaulted + bounded, 36);
  EXPECT_EQ(number * 2, 1.0);
  EXPECT_TRUE(plain == 3 && defaulted > 19 && bounded == 10 && plain < defaulted);
  const QueryParam<"b", Default<bool, true>> flag;
  EXPECT_TRUE(flag ? true : false);
  const QueryParam<"l", Default<Level, Level::high>> level;
  EXPECT_TRUE(level == Level::high);
  switch (level) {
    case Level::high:
      break;
    case Level::low:
      FAIL();
  }
}

TEST(Parameters, AnOptionalOneBehavesAsAnOptional) {
  QueryParam<"q", std::optional<std::string>> q;
  EXPECT_FALSE(q);
  EXPECT_FALSE(q.has_value());
  EXPECT_EQ(q.value_or("none"), "none");
  EXPECT_TRUE(q == std::nullopt);
  q.value = "x";
  EXPECT_TRUE(q && q == "x" && q != "y");
  EXPECT_EQ(*q, "x");
  EXPECT_EQ(q->size(), 1U);
  const std::optional<std::string> copy = q;
  EXPECT_EQ(copy, "x");
}

struct Filter {
  std::optional<std::vector<int>> ids;
  Default<std::set<std::string>> tags{"rock", "metal"};
  std::deque<int> numbers;
};

TEST(Parameters, OneThatIsAbsentAndReadAllTheSameIsAnErrorOfTheService) {
  Client client([](App& app) {
    app.get("/text", [](Header<"X-Name", std::optional<std::string>> name) { return *name; });
    app.get("/size", [](QueryParam<"q", std::optional<std::string>> q) { return q->size(); });
  });
  EXPECT_EQ(client.get("/text").status, 500);
  EXPECT_EQ(client.get("/size").status, 500);
  EXPECT_EQ(client.get("/size?q=abc").body, "3");
}

TEST(Parameters, OneThatIsGivenBackIsWhatItHolds) {
  struct Page {
    Default<Int<1, 100>, 20> limit;
    std::optional<Level> level;
  };
  Client client([](App& app) {
    app.get("/text", [](QueryParam<"q"> q) { return q; });
    app.get("/number", [](const Header<"X-N", Default<int, 3>>& n) { return n; });
    app.get("/optional", [](Cookie<"c", std::optional<std::string>> c) { return c; });
    app.get("/list", [](QueryParam<"n", std::vector<int>> n) { return n; });
    app.get("/query", [](Query<Page> page) { return page; });
    app.post("/form", [](Form<Page> page) { return page; });
  });
  EXPECT_EQ(client.get("/text?q=a+b").body, "a b");
  EXPECT_EQ(client.get("/number").body, "3");
  EXPECT_EQ(client.get("/optional", {{"Cookie", "c=x"}}).body, "x");
  EXPECT_EQ(client.get("/optional").status, 404);
  EXPECT_EQ(client.get("/list?n=1&n=2").body, "[1,2]");
  EXPECT_EQ(client.get("/query?level=high").body, R"({"limit":20,"level":"high"})");
  EXPECT_EQ(client.post_form("/form", {{"limit", "5"}}).body, R"({"limit":5,"level":null})");
  const std::string document = client.get("/openapi.json").body;
  EXPECT_EQ(document.find(R"("value")"), std::string::npos);
  EXPECT_NE(document.find(R"("schema":{"type":"array","items":{"type":"integer")"),
            std::string::npos);
}

TEST(Parameters, AListMayBeAbsentOrHaveADefault) {
  Client client([](App& app) {
    app.get("/filter", [](Query<Filter> in) { return *in; });
    app.get("/one", [](QueryParam<"id", std::optional<List<int, 1, 2>>> ids) {
      return ids ? static_cast<int>(ids->size()) : -1;
    });
  });
  EXPECT_EQ(client.get("/filter").body, R"({"ids":null,"tags":["metal","rock"],"numbers":[]})");
  EXPECT_EQ(client.get("/filter?ids=1&ids=2&tags=pop&numbers=3&numbers=1").body,
            R"({"ids":[1,2],"tags":["pop"],"numbers":[3,1]})");
  EXPECT_EQ(client.get("/filter?ids=x").status, 422);
  EXPECT_EQ(client.get("/one").body, "-1");
  EXPECT_EQ(client.get("/one?id=1&id=2").body, "2");
  EXPECT_EQ(client.get("/one?id=1&id=2&id=3").status, 422);
}

TEST(Parameters, OfANameThatComesTwiceTheFirstValueCounts) {
  Client client([](App& app) { app.get("/", [](QueryParam<"q"> q) { return *q; }); });
  EXPECT_EQ(client.get("/?q=a&q=b").body, "a");
}

}  // namespace
}  // namespace svc
