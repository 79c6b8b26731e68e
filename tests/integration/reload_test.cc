// A reload builds a complete new generation beside the old one and promotes it only when it is
// ready; otherwise the old one never notices.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

TEST(Reload, PromotesANewGeneration) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start());
  const auto before = svcd.workers("one");
  const auto reloaded = svcd.svcctl({"reload"});
  EXPECT_EQ(reloaded.exit_code, 0) << reloaded.output;
  EXPECT_TRUE(svcd.wait_ready("one", 2));
  EXPECT_EQ(svcd.generation("one"), 2);
  for (const pid_t pid : before) EXPECT_TRUE(eventually([&] { return !process_exists(pid); }));
  EXPECT_TRUE(svcd.stop());
}

TEST(Reload, TakesNewSettings) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  svcd.configure(chaos_service("one", 3) + chaos_service("added", 1));
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_TRUE(svcd.wait_ready("one", 3));
  EXPECT_TRUE(svcd.wait_ready("added", 1));
  EXPECT_EQ(fetch(svcd.address("added"), "/pid")->status, 200);
  svcd.configure(chaos_service("one", 1));
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_TRUE(svcd.wait_ready("one", 1));
  EXPECT_TRUE(eventually([&] { return json_size(svcd.status(), "/services") == 1; }));
  EXPECT_TRUE(svcd.stop());
}

TEST(Reload, PortZeroKeepsItsPort) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_EQ(svcd.address("one"), address);
  EXPECT_TRUE(svcd.stop());
}

TEST(Reload, BrokenFileChangesNothingAndIsPointedAt) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  const auto before = svcd.workers("one");
  svcd.configure(chaos_service("one", 1, "threads = \"many\""));
  const auto reloaded = svcd.svcctl({"reload"});
  EXPECT_EQ(reloaded.exit_code, 1);
  EXPECT_NE(reloaded.output.find(svcd.config_path() + ":"), std::string::npos) << reloaded.output;
  svcd.process().signal(SIGHUP);
  EXPECT_TRUE(svcd.log_has(svcd.config_path() + ":"));
  EXPECT_EQ(svcd.workers("one"), before);
  EXPECT_EQ(svcd.generation("one"), 1);
  svcd.configure(chaos_service("one", 1));
  EXPECT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_TRUE(svcd.stop());
}

TEST(Reload, OfOneServiceLeavesTheOthersAlone) {
  Svcd svcd(chaos_service("one", 1) + chaos_service("two", 1));
  ASSERT_TRUE(svcd.start());
  const auto one = svcd.workers("one");
  const auto two = svcd.workers("two");
  ASSERT_EQ(svcd.svcctl({"reload", "two"}).exit_code, 0);
  EXPECT_TRUE(svcd.wait_ready("two", 1));
  EXPECT_EQ(svcd.workers("one"), one);
  EXPECT_NE(svcd.workers("two"), two);
  const auto unknown = svcd.svcctl({"reload", "three"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.output.find("three"), std::string::npos);
  EXPECT_TRUE(svcd.stop());
}

TEST(Reload, OneBadServiceKeepsAllOld) {
  Svcd svcd(chaos_service("one", 1) + chaos_service("two", 1));
  ASSERT_TRUE(svcd.start());
  const auto one = svcd.workers("one");
  svcd.configure(chaos_service("one", 1) +
                 chaos_service("two", 1, "[service.two.options]\nboot_fail = \"exit\""));
  EXPECT_EQ(svcd.svcctl({"reload"}).exit_code, 1);
  EXPECT_EQ(svcd.workers("one"), one);
  EXPECT_EQ(svcd.generation("one"), 1);
  EXPECT_TRUE(svcd.stop());
}

// The acceptance run in small: signals under load lose nothing.
class ReloadUnderLoad : public ::testing::TestWithParam<std::tuple<bool, const char*>> {};

TEST_P(ReloadUnderLoad, LosesNoRequest) {
  const auto [keep_alive, reuseport] = GetParam();
  Svcd svcd(chaos_service("one", 2, fmt::format("reuseport = \"{}\"\n", reuseport)));
  ASSERT_TRUE(svcd.start());
  Load load(
      {.address = svcd.address("one"), .target = "/pid", .clients = 4, .keep_alive = keep_alive});
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(load.wait_for(50));
    svcd.process().signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return svcd.generation("one") >= i + 2; })) << svcd.status();
  }
  ASSERT_TRUE(load.wait_for(50));
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << (load.failures().empty() ? "" : load.failures().front());
  EXPECT_TRUE(svcd.stop());
}
// With reuseport each index has a socket with a queue of its own: that of an index which has no
// worker any more is served by those that remain.
TEST_P(ReloadUnderLoad, LosesNoRequestToFewerOrMoreWorkers) {
  const auto [keep_alive, reuseport] = GetParam();
  const auto settings = fmt::format("reuseport = \"{}\"\n", reuseport);
  Svcd svcd(chaos_service("one", 3, settings));
  ASSERT_TRUE(svcd.start());
  Load load(
      {.address = svcd.address("one"), .target = "/pid", .clients = 8, .keep_alive = keep_alive});
  for (const int workers : {1, 4, 2, 3, 1}) {
    ASSERT_TRUE(load.wait_for(100));
    svcd.configure(chaos_service("one", workers, settings));
    const auto reloaded = svcd.svcctl({"reload"});
    ASSERT_EQ(reloaded.exit_code, 0) << reloaded.output;
    ASSERT_TRUE(svcd.wait_ready("one", static_cast<size_t>(workers)));
  }
  ASSERT_TRUE(load.wait_for(100));
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << (load.failures().empty() ? "" : load.failures().front());
  EXPECT_TRUE(svcd.stop());
}
INSTANTIATE_TEST_SUITE_P(EachWay, ReloadUnderLoad,
                         ::testing::Combine(::testing::Bool(), ::testing::Values("auto", "off")));

}  // namespace
}  // namespace svc::testing
