// Another number of workers while clients come and go.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

TEST(ScaleByCommand, WaitsUntilTheWorkersServe) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto told = svcd.svcctl({"scale", "one", "5"});
  EXPECT_EQ(told.exit_code, 0) << told.output;
  EXPECT_NE(told.output.find("one: 5 of 5 workers ready"), std::string::npos) << told.output;
  EXPECT_EQ(svcd.workers("one").size(), 5u);
  EXPECT_EQ(svcd.svcctl({"scale", "one", "1"}).exit_code, 0);
  EXPECT_TRUE(svcd.wait_ready("one", 1));
  EXPECT_TRUE(svcd.stop());
}

TEST(ScaleByCommand, RefusesWhatCannotBe) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  for (const auto& [service, number, why] :
       {std::tuple{"one", "0", "\"0\" is no number of workers: 1 to 512"},
        std::tuple{"one", "513", "\"513\" is no number of workers"},
        std::tuple{"one", "many", "\"many\" is no number of workers"},
        std::tuple{"two", "2", "no service \"two\""}}) {
    const auto told = svcd.svcctl({"scale", service, number});
    EXPECT_EQ(told.exit_code, 1) << told.output;
    EXPECT_NE(told.output.find(why), std::string::npos) << told.output;
  }
  EXPECT_EQ(svcd.workers("one").size(), 2u);
  EXPECT_TRUE(svcd.stop());
}

struct Traffic {
  const char* name;
  bool keep_alive;
  const char* reuseport;
};

class ScaleUnderLoad : public ::testing::TestWithParam<Traffic> {};

TEST_P(ScaleUnderLoad, LosesNoRequestUpAndDown) {
  const Traffic& traffic = GetParam();
  Svcd svcd(chaos_service("one", 4, fmt::format("reuseport = \"{}\"\n", traffic.reuseport)));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  Load load({.address = svcd.address("one"), .clients = 8, .keep_alive = traffic.keep_alive});
  for (int round = 0; round < 5; ++round)
    for (const char* workers : {"2", "8", "4"}) {
      const auto told = svcd.svcctl({"scale", "one", workers});
      ASSERT_EQ(told.exit_code, 0) << told.output;
      ASSERT_TRUE(load.wait_for(50));
    }
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << (load.failures().empty() ? "" : load.failures().front());
  EXPECT_TRUE(svcd.wait_ready("one", 4));
  EXPECT_TRUE(svcd.stop());
}

INSTANTIATE_TEST_SUITE_P(Traffic, ScaleUnderLoad,
                         ::testing::Values(Traffic{"Close", false, "auto"},
                                           Traffic{"CloseShared", false, "off"},
                                           Traffic{"KeepAlive", true, "auto"}),
                         [](const auto& row) { return row.param.name; });

std::string ranged() {
  std::string service = chaos_service("one", 1);
  const std::string_view number = "workers = 1";
  return service.replace(service.find(number), number.size(), "workers = {min = 1, max = 3}");
}

TEST(ScaleByLoad, GrowsWhileItIsBusyAndKeepsThatOverAReload) {
  Svcd svcd(ranged());
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  ASSERT_EQ(svcd.workers("one").size(), 1u);
  Load load({.address = svcd.address("one"), .target = "/spin/20", .clients = 4});
  ASSERT_TRUE(eventually([&] { return svcd.workers("one").size() >= 2; })) << svcd.log();
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_GE(svcd.workers("one").size(), 2u);
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << (load.failures().empty() ? "" : load.failures().front());
  EXPECT_TRUE(svcd.stop());
}

TEST(ScaleByLoad, ShrinksWhenItIsIdle) {
  Svcd svcd(ranged());
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  {
    Load load({.address = svcd.address("one"), .target = "/spin/20", .clients = 4});
    ASSERT_TRUE(eventually([&] { return svcd.workers("one").size() == 2; }));
  }
  EXPECT_TRUE(svcd.wait_ready("one", 1, 60s)) << svcd.log();
  EXPECT_TRUE(svcd.stop());
}

TEST(ScaleByLoad, IsNotScaledByHand) {
  Svcd svcd(ranged());
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto told = svcd.svcctl({"scale", "one", "2"});
  EXPECT_EQ(told.exit_code, 1);
  EXPECT_NE(told.output.find("has between 1 and 3 workers"), std::string::npos) << told.output;
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
