#include "core/process/secrets.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

ServiceConfig with_password(const std::string& name) {
  ServiceConfig config;
  config.name = name;
  config.environment = {{"PASSWORD", "secret of " + name}};
  config.options.push_back({"database.password", "option of " + name, {}});
  config.options.push_back({"database.port", int64_t{5432}, {}});
  return config;
}

TEST(Secrets, OfOtherServicesAreGoneAndOnesOwnStay) {
  MasterState master(std::move(*EventLoop::create()), std::move(*Board::create(1)));
  for (const char* name : {"alpha", "beta"}) {
    master.config.services[name] = with_password(name);
    auto generation = std::make_shared<Generation>();
    generation->config = with_password(name);
    master.services[name].generations[1] = generation;
  }
  wipe_others(master, "alpha");
  const auto& alpha = master.config.services["alpha"];
  EXPECT_EQ(alpha.environment.at("PASSWORD"), "secret of alpha");
  EXPECT_EQ(std::get<std::string>(alpha.options[0].value), "option of alpha");
  for (const ServiceConfig* beta :
       {&master.config.services["beta"], &master.services["beta"].generations[1]->config}) {
    EXPECT_EQ(beta->environment.at("PASSWORD").find_first_not_of('\0'), std::string::npos);
    EXPECT_EQ(std::get<std::string>(beta->options[0].value).find_first_not_of('\0'),
              std::string::npos);
  }
}

}  // namespace
}  // namespace svc
