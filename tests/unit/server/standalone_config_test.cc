#include "core/server/standalone_config.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

Result<Config> load_for(const CommandLine& line) {
  const StandaloneFile file("orders", line);
  auto request = file.request();
  if (!request) return request.error();
  request->builtins.push_back("orders");
  return load_config(*request);
}

TEST(StandaloneConfig, ServesOneWorkerOnLoopbackByDefault) {
  const auto config = load_for({});
  ASSERT_TRUE(config) << config.error().text;
  const ServiceConfig& service = config->services.at("orders");
  EXPECT_EQ(service.builtin, "orders");
  ASSERT_EQ(service.listen.size(), 1u);
  EXPECT_EQ(service.listen[0].address, "127.0.0.1:8080");
  EXPECT_EQ(initial_workers(service.workers), 1u);
}

TEST(StandaloneConfig, TakesAddressesWorkersAndOverrides) {
  CommandLine line;
  line.listen = {"127.0.0.1:0", "unix:/tmp/a \"quoted\" path"};
  line.workers = 4;
  line.overrides = {"service.orders.threads=2"};
  const auto config = load_for(line);
  ASSERT_TRUE(config) << config.error().text;
  const ServiceConfig& service = config->services.at("orders");
  EXPECT_EQ(service.listen.size(), 2u);
  EXPECT_EQ(initial_workers(service.workers), 4u);
  EXPECT_EQ(service.threads, 2u);
}

TEST(StandaloneConfig, MistakesInOverridesAreNamed) {
  CommandLine line;
  line.overrides = {"service.orders.thraeds=2"};
  const auto config = load_for(line);
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().text.find("thraeds"), std::string::npos) << config.error().text;
}

}  // namespace
}  // namespace svc
