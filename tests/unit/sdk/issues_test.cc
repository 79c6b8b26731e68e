#include "core/sdk/issues.h"

#include <gtest/gtest.h>

#include "core/base/json_writer.h"

namespace svc {
namespace {

TEST(Issues, KeepTheWayToTheirPlace) {
  Issues issues;
  const InputPlace body = InputPlace::of("body");
  const InputPlace items = body.member("items");
  const InputPlace third = items.element(3);
  issues.add(third.member("qty"), "int_type", "must be an integer");
  issues.add(body, "dict_type", "must be an object");
  EXPECT_EQ(describe_issues(issues.list()),
            "body.items[3].qty: must be an integer; body: must be an object");
  std::string out;
  JsonWriter json(out);
  write_issues(json, issues.list());
  EXPECT_EQ(out,
            R"([{"loc":["body","items",3,"qty"],"msg":"must be an integer","type":"int_type"},)"
            R"({"loc":["body"],"msg":"must be an object","type":"dict_type"}])");
}

TEST(Issues, AreBounded) {
  Issues issues;
  const InputPlace list = InputPlace::of("x");
  for (size_t i = 0; i < Issues::kMax + 5; ++i) issues.add(list.element(i), "t", "m");
  EXPECT_TRUE(issues.full());
  EXPECT_EQ(issues.list().size(), Issues::kMax);
}

TEST(Issues, AreToldOnce) {
  Issues issues;
  const InputPlace query = InputPlace::of("query");
  issues.add(query.member("limit"), "int_type", "must be an integer");
  issues.add(query.member("limit"), "int_type", "must be an integer");
  issues.add(query.member("offset"), "int_type", "must be an integer");
  issues.add(query.member("limit"), "greater_than", "must be at least 1");
  EXPECT_EQ(describe_issues(issues.list()),
            "query.limit: must be an integer; query.offset: must be an integer; "
            "query.limit: must be at least 1");
}

}  // namespace
}  // namespace svc
