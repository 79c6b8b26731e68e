#include <gtest/gtest.h>

#include "core/sdk/module.h"
#include "core/sdk/testing/client.h"

extern "C" const svc::ModuleInfo svc_module;

namespace svc {
namespace {

TEST(Bench, AnswersAreExact) {
  testing::Client client(svc_module.routes);
  EXPECT_EQ(client.get("/plaintext").body, "Hello, World!");
  EXPECT_TRUE(client.get("/plaintext").header("Content-Type")->starts_with("text/plain"));
  EXPECT_EQ(client.get("/json").body, R"({"message":"Hello, World!"})");
  EXPECT_EQ(client.send("POST", "/echo", "any").body, "any");
}

}  // namespace
}  // namespace svc
