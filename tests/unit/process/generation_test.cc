#include "core/process/generation.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace svc {
namespace {

TEST(Generation, NamesItsRoutes) {
  Generation generation;
  generation.routes = "GET /\nPOST /orders\n";
  EXPECT_EQ(generation.route_name(0), "GET /");
  EXPECT_EQ(generation.route_name(1), "POST /orders");
  EXPECT_EQ(generation.route_name(2), "route 2");
  generation.routes = "GET /unfinished";
  EXPECT_EQ(generation.route_name(0), "route 0");
}

TEST(Generation, KeepsTheCodeThatWasThereWhenItWasMade) {
  testing::TempDir dir;
  ServiceConfig config;
  config.name = "users";
  config.module_path = dir.write("users.so", "old");
  const auto generation = make_generation(1, config, {});
  ASSERT_TRUE(generation);
  dir.write("users.so", "new");  // Replaced, as an installation does it.
  char text[8] = {};
  EXPECT_EQ(::pread((*generation)->module.get(), text, sizeof(text), 0), 3);
  EXPECT_STREQ(text, "old");
}

TEST(Generation, SaysWhichModuleIsMissing) {
  ServiceConfig config;
  config.name = "users";
  config.module_path = "/nowhere/users.so";
  EXPECT_EQ(make_generation(1, config, {}).error().text,
            "service users: module /nowhere/users.so: No such file or directory");
  config.module_path = "/tmp";
  EXPECT_EQ(make_generation(1, config, {}).error().text, "service users: module /tmp: not a file");
}

TEST(Generation, SaysWhichUserIsUnknown) {
  ServiceConfig config;
  config.name = "users";
  MasterConfig master;
  master.user = "no-such-user";
  EXPECT_EQ(make_generation(1, config, master).error().text,
            "service users: no such user: \"no-such-user\"");
  config.user = "another-one";
  EXPECT_EQ(make_generation(1, config, master).error().text,
            "service users: no such user: \"another-one\"");
}

TEST(Generation, TakesItsPolicyFromTheConfiguration) {
  ServiceConfig config;
  config.http.request_timeout = std::chrono::milliseconds(1234);
  config.backoff_max = std::chrono::milliseconds(99);
  const Policy policy = policy_of(config);
  EXPECT_EQ(policy.request_timeout, 1234ms);
  EXPECT_EQ(policy.backoff.max, 99ms);
  EXPECT_EQ(policy.heartbeat_timeout, 10s);
}

}  // namespace
}  // namespace svc
